import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Driver } from '../../engine/driver/driver.ts';
import type { AdPlatform, Insight } from '../../ports/ad-platform/port.ts';
import { actualsFetcher } from '../../processors/actuals-fetcher/decide.ts';
import { fetchingGroup } from '../../processors/actuals-fetcher/fetch/call.ts';
import { creativeDnaFormula } from '../../processors/creative-dna/formula/decide.ts';
import { learningCycle } from '../../processors/cycle/decide.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { metrics, prediction, tick } from '../../testing/prediction.ts';
import { driverOf } from '../../testing/played.ts';
import { start_ms } from '../../testing/snapshot.ts';
import type { Serving } from '../assemble.ts';
import { DecisionFeed } from '../operations/decisions/feed.ts';
import { startDouble, stillSource } from '../operations/doubles.ts';
import { localOperations } from '../operations/local.ts';
import { remoteOperations } from '../operations/remote.ts';
import { serve } from './gateway.ts';

const token = 'a-token-for-this-test';
/** Where the accounts' clock stands: the 41st day. */
const now_ms = start_ms + 41 * day_ms;

let driver: Driver;
let decisions: DecisionFeed;
let serving: Serving;
let folder: string;

/** A platform that shows every ad 100 times an hour. */
const adHours: AdPlatform['adHours'] = (_account, ad_id, { from_ms, to_ms }) =>
  Promise.resolve(
    Array.from({ length: (to_ms - from_ms) / hour_ms }, (_, i): Insight => {
      const window_start_ms = from_ms + i * hour_ms;
      const window = { window_start_ms, window_end_ms: window_start_ms + hour_ms, as_of_ms: to_ms };
      const totals = { impressions: 100, clicks: 3, link_clicks: 2, spend_minor: 1, conversions: 0 };
      return { campaign_id: 'c', adset_id: 's', ad_id, ...window, ...totals, conversion_value_minor: 0 };
    }),
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flywheel-routes-'));
  driver = driverOf([
    actualsFetcher,
    learningCycle,
    creativeDnaFormula,
    fetchingGroup({ platform: () => ({ adHours }) }),
  ]);
  const double = await startDouble(start_ms, undefined, driver);
  const status = { ...stillSource.status(), clock_ms: now_ms };
  const context = { ...double.context, source: { ...stillSource, status: () => status } };
  const operations = localOperations(context);
  decisions = new DecisionFeed(driver.engine, context.directory);
  decisions.open();
  serving = await serve(
    { context, operations, decisions, host: '127.0.0.1', port: 0, token, logger: pino({ enabled: false }) },
    { page_folder: folder },
  );
});
afterEach(async () => {
  await serving.close();
  decisions.close();
  await driver.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: object): Promise<{ status: number; answer: unknown }> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(serving.url + path, init);
  return { status: response.status, answer: await response.json() };
}

const published = async (...events: { topic: string; value: object }[]): Promise<void> => {
  driver.clock.advance(hour_ms);
  await driver.engine.publish({ source: 'test', position: String(driver.clock.now_ms()), events });
  await driver.settle();
};

/** Values of a topic, oldest first. */
async function told(topic: string): Promise<readonly object[]> {
  await driver.settle();
  const partition = driver.engine.partitionOf('act');
  return driver.log.read(topic, partition, 0, 1e6).map((record) => driver.engine.decoded(record).value ?? {});
}

const adOf = (ad_id: string): { topic: string; value: object } => ({
  topic: 'ad.created',
  value: { ...exampleOf('ad.created'), account_id: 'act', ad_id, created_ms: start_ms },
});

const requested = z.looseObject({ requested: z.array(z.object({ ad_id: z.string(), request_id: z.string() })) });

describe('routes by their old names', () => {
  it('ask the platform for an ad, and the answer is an event that names the request', async () => {
    await published(adOf('x'));
    const { status, answer } = await ask('POST', '/api/ml/actuals/fetch', {
      account_id: 'act',
      ad_id: 'x',
      days_back: 2,
    });
    expect(status).toBe(202);
    const [request] = requested.parse(answer).requested;
    expect(request).toMatchObject({ ad_id: 'x' });
    const [returned] = await told('actuals.returned');
    expect(returned).toMatchObject({ request_id: request?.request_id, error: null, from_ms: now_ms - 2 * day_ms });
    expect(Reflect.get(returned ?? {}, 'windows')).toHaveLength(48);
  });

  it('ask for several ads, and for all that wait', async () => {
    await published(adOf('x'), adOf('y'));
    const batch = await ask('POST', '/api/ml/actuals/batch', { account_id: 'act', ad_ids: ['x', 'y'] });
    expect(requested.parse(batch.answer).requested).toHaveLength(2);
    const none = await ask('POST', '/api/ml/actuals/sync-scheduled', {});
    expect(requested.parse(none.answer).requested).toEqual([]);
    await published(prediction({ ad_id: 'y', at_ms: now_ms - day_ms, matures_ms: now_ms + day_ms }));
    const all = await ask('POST', '/api/ml/actuals/sync-scheduled', { account_id: 'act' });
    expect(requested.parse(all.answer).requested).toMatchObject([{ ad_id: 'y' }]);
    // The day that has passed of the horizon is counted now, though the stream said nothing of it.
    await driver.settle();
    const parts: unknown[] = [];
    for await (const [, part] of driver.engine.parts('actuals-fetcher', 'act', '')) parts.push(part);
    expect(parts).toContainEqual(
      expect.objectContaining({ followed: [expect.objectContaining({ impressions: 2_400, clicks: 48 })] }),
    );
  });

  it('tell of creatives: nothing where nobody knows the ad, and an empty list before any was made from another', async () => {
    const unknown = await ask('POST', '/api/ml/dna/apply', { account_id: 'act', creative_id: 'nobody' });
    expect(unknown).toMatchObject({ status: 404, answer: { code: 'ad.unknown' } });
    const missing = await ask('POST', '/api/ml/dna/score', { account_id: 'act' });
    expect(missing).toMatchObject({ status: 400, answer: { code: 'request.argument' } });
    const none = await ask('GET', '/api/ml/dna/applications?account_id=act');
    expect(none).toMatchObject({ status: 200, answer: { applications: 0, rows: [] } });
  });

  it('refuse an ad that nobody knows, a missing one and too long a time, and say what to do', async () => {
    const path = '/api/ml/actuals/fetch';
    const unknown = await ask('POST', path, { account_id: 'act', ad_id: 'nobody' });
    expect(unknown).toMatchObject({ status: 400, answer: { code: 'usage.invalid' } });
    const missing = await ask('POST', path, { account_id: 'act' });
    expect(missing).toMatchObject({ status: 400, answer: { code: 'request.argument' } });
    const long = await ask('POST', path, { account_id: 'act', ad_id: 'x', days_back: 400 });
    expect(long).toMatchObject({ status: 400, answer: { code: 'request.argument' } });
    expect(await ask('GET', path)).toMatchObject({ status: 405, answer: { code: 'request.method' } });
    expect((await fetch(serving.url + path, { method: 'POST' })).status).toBe(401);
  });

  it('tell what came of predictions, as the operation does', async () => {
    const days = Array.from({ length: 36 }, (_, i) => 4 + i);
    await published(
      ...days.map((d) => {
        const at_ms = start_ms + d * day_ms;
        return prediction({ ad_id: `x-${d}`, prediction_id: `cold-${d}`, at_ms, matures_ms: at_ms + 6 * hour_ms });
      }),
    );
    await published(
      ...days.flatMap((d) =>
        [0, 1, 2, 3, 4, 5].map((h) =>
          metrics({ ad_id: `x-${d}`, hour: 24 * d + h, impressions: 1_000, link_clicks: 20 }),
        ),
      ),
    );
    await published(...days.map((d) => tick(24 * d + 20)));
    const { status, answer } = await ask('GET', '/api/ml/actuals/stats?account_id=act');
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      accounts: [{ account_id: 'act', awaiting: 0, next_due_ms: null, stages: [{ stage: 'cold', agreement: 1 }] }],
    });
    const { accounts } = await remoteOperations({ url: serving.url, token }).actuals({});
    const [cold] = accounts[0]?.stages ?? [];
    // Told on days 4 to 39, and looked back on 30 days from day 41: days 12 to 39.
    expect(cold?.ads).toBe(28);
    expect(cold).toMatchObject({ status: 'unknown', bias: 1, clicks: 28 * 120 });
    expect(cold?.calibration.reduce((sum, { ads }) => sum + ads, 0)).toBe(28);
    for (const bin of cold?.calibration ?? []) expect(bin).toMatchObject({ predicted: 0.02, seen: 0.02 });
  });

  it('run a cycle of every account as scripts ask for it, one at a time, and tell how far it is', async () => {
    await published(adOf('x'));
    const path = '/api/ml/self-learning-cycle';
    const body = { account_id: null, trigger_retrain: true, accuracy_threshold: 0.8 };
    const first = await ask('POST', path, body);
    expect(first).toMatchObject({
      status: 202,
      answer: { status: 'running', cycles: [{ account_id: 'act', status: 'running', runs_already: false }] },
    });
    const [asked] = await told('cycle.requested');
    expect(asked).toMatchObject({ retrain: true, accuracy_threshold: 0.8, at_ms: now_ms });
    const cycle_id: unknown = Reflect.get(asked ?? {}, 'cycle_id');

    // The loops of the later steps are not here: the cycle waits for them, and no second one begins.
    const second = await ask('POST', path, { account_id: 'act' });
    expect(second.answer).toMatchObject({ cycles: [{ account_id: 'act', cycle_id, runs_already: true }] });
    const { status, answer } = await ask('GET', `${path}/status?account_id=act`);
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      cycles: [
        {
          account_id: 'act',
          cycle_id,
          status: 'running',
          cycle_completed_at: null,
          steps: [
            { step: 1, name: 'fetch_actuals', status: 'skipped' },
            { step: 2, name: 'calculate_accuracy', status: 'skipped' },
            { step: 3, name: 'auto_retrain', status: 'skipped', reason: 'accuracy is not known yet' },
            { step: 4, name: 'compound_learning', status: 'running', reason: null },
            { status: 'waiting' },
            { status: 'waiting' },
            { status: 'waiting' },
          ],
        },
      ],
    });
    const job = await ask('GET', String(Reflect.get(first.answer ?? {}, 'status_url')));
    expect(job).toMatchObject({ status: 200, answer: { kind: 'cycle', status: 'running', done: 3, total: 7 } });
    const remote = remoteOperations({ url: serving.url, token });
    expect(await remote.cycles({})).toMatchObject([{ account_id: 'act', cycle: { cycle_id } }]);
    expect(await remote.cycles({ account_id: 'other' })).toEqual([{ account_id: 'other', cycle: null }]);
    expect(await remote.request_cycle({})).toEqual([{ account_id: 'act', cycle_id, answer: 'runs_already' }]);
  });

  it('refuse a cycle of an account that nobody knows, and a threshold in percent', async () => {
    const path = '/api/ml/self-learning-cycle';
    expect(await ask('POST', path, {})).toMatchObject({ status: 202, answer: { status: 'nothing_to_do', cycles: [] } });
    const unknown = await ask('POST', path, { account_id: 'nobody' });
    expect(unknown).toMatchObject({ status: 400, answer: { code: 'usage.invalid' } });
    const percent = await ask('POST', path, { accuracy_threshold: 80 });
    expect(percent).toMatchObject({ status: 400, answer: { code: 'request.argument' } });
    expect(await ask('GET', path)).toMatchObject({ status: 405 });
  });
});
