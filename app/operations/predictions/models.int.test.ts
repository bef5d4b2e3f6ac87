import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import { ClickHouseAnalytics } from '../../../ports/analytics/clickhouse/clickhouse.ts';
import { tableOf } from '../../../processors/archivist/tables.ts';
import { compoundLearner } from '../../../processors/compound-learner/decide.ts';
import { feature_names } from '../../../processors/compound-learner/features.ts';
import { features_version } from '../../../processors/compound-learner/features-version.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { modelTrained } from '../../../schemas/index.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { driverOf } from '../../../testing/played.ts';
import { start_ms } from '../../../testing/snapshot.ts';
import type { OperationsContext } from '../context.ts';
import { accountModels } from './models-results.ts';
import { models, rollBackModel } from './models.ts';
import { sqlReader } from '../tables/sql-reader.ts';

const account_id = 'act';
const tree = { columns: feature_names.length, splits: [-1], rights: [0], values: [0.4], roots: [0] };
const trained = (model_id: string, champion_model_id: string | null, at_ms: number) => ({
  ...exampleOf('model.trained'),
  ...{ account_id, model_id, champion_model_id, status: 'trained', features_version, ...tree, at_ms },
});

describe('the models of an account', () => {
  let folder: string;
  let analytics: ClickHouseAnalytics;
  let driver: Driver;
  let context: OperationsContext;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flywheel-models-'));
    analytics = await ClickHouseAnalytics.open({ path: folder });
    await analytics.provision([tableOf(modelTrained)]);
    driver = driverOf([compoundLearner]);
    await driver.start();
    const all = [trained('m1', null, start_ms), trained('m2', 'm1', start_ms + 1), trained('m3', 'm1', start_ms + 2)];
    const events = all.map((value) => ({ topic: 'model.trained', value }));
    await driver.engine.publish({ source: 'test', position: '1', events });
    await driver.engine.drain();
    const name = (offset: number) => ({ group: 'archivist', run: 1, topic: 't', partition: 0, offset, ordinal: 0 });
    await analytics.send(all.map((value, i) => ({ table: 'model_trained', value, name: name(i), at_ms: 0 })));
    const reader = sqlReader(analytics.client, () => Date.now());
    context = {
      engine: driver.engine,
      analytics: reader,
      source: { status: () => ({ clock_ms: start_ms + 5 }) },
      now_ms: () => start_ms + 5,
    } as unknown as OperationsContext;
  });

  afterAll(async () => {
    await driver.stop();
    await analytics.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are shown with what they learned from, which predicts, and which can be gone back to', async () => {
    const found = await models(context, { account_id });
    expect(found).toMatchObject({ champion: 'm2', needed_rows: defaultPolicy.training.min_rows });
    expect(found.lineage.map(({ how, model_id, replaced }) => [how, model_id, replaced])).toEqual([
      ['trained', 'm1', null],
      ['trained', 'm2', 'm1'],
    ]);
    // The third was compared with a model that was no longer in use.
    expect(found.trained.map(({ model_id, in_use, kept }) => [model_id, in_use, kept])).toEqual([
      ['m3', false, false],
      ['m2', true, true],
      ['m1', false, true],
    ]);
    expect(found.trained[0]).toMatchObject({ rows: exampleOf('model.trained')['rows'] });
    expect(accountModels.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
    expect(await models(context, { account_id: 'other' })).toMatchObject({ champion: null, trained: [] });
  });

  it('are not gone back to where they are in use, or not kept, and the answer names those that are', async () => {
    const back = (to_model_id: string | null, of = account_id) =>
      rollBackModel(context, { account_id: of, to_model_id, reason: 'worse' });
    await expect(back('m2')).rejects.toThrow('predicts already');
    await expect(back('m3')).rejects.toThrow(/m3 of act is not kept[\s\S]*m1/);
    await expect(back(null, 'other')).rejects.toThrow('no model predicts in other');
  });

  it('predict again once they are gone back to', async () => {
    await rollBackModel(context, { account_id, to_model_id: 'm1', reason: 'worse since the sale' });
    await driver.engine.drain();
    const found = await models(context, { account_id });
    expect(found.champion).toBe('m1');
    expect(found.lineage.at(-1)).toMatchObject({ how: 'rollback', model_id: 'm1', replaced: 'm2' });
  });
});
