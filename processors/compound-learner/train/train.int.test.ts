/** The group that trains, on the driver, with real threads and the archive's rows. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../../engine/engine.ts';
import { rebuild } from '../../../engine/state/rebuild.ts';
import { generator, normal, poisson } from '../../../learning/numeric.ts';
import { treesOf } from '../../../learning/trees/trees.ts';
import type { Trainer } from '../../../ports/trainer/port.ts';
import { xgboostTrainer } from '../../../ports/trainer/xgboost/xgboost.ts';
import { memoryTrainingData } from '../../../ports/training-data/memory/memory.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { topics, type ModelTrained } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { driverOf, play } from '../../../testing/played.ts';
import { start_ms } from '../../../testing/snapshot.ts';
import { archivistOf } from '../../archivist/archivist.ts';
import { trainingGroup } from './call.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

/** A driver with the trainer's group and an archive; the rows of the archive are its training data. */
function newDriver(trainer: Trainer = xgboostTrainer()): Driver {
  const rows = (table: string): Driver['rows']['sent'] => driver.rows.sent.filter((row) => row.table === table);
  const driver: Driver = driverOf([
    trainingGroup({ trainer, data: memoryTrainingData({ rows }) }),
    archivistOf(topics),
  ]);
  drivers.push(driver);
  return driver;
}

interface World {
  readonly account_id: string;
  readonly seed: number;
  /** Log of how much more an ad is clicked whose first feature is above one half. */
  readonly effect: number;
  readonly predictions?: number;
}

/** Predictions three an hour, two of each ad, with what came of them three days later. */
function events({ account_id, seed, effect, predictions = 900 }: World): readonly SourceEvent[] {
  const random = generator(seed);
  const ads = Array.from({ length: Math.ceil(predictions / 2) }, () => ({
    features: [random(), random(), random()],
    luck: 0.15 * normal(random),
  }));
  return Array.from({ length: predictions }, (_, i): readonly SourceEvent[] => {
    const ad = Math.floor(i / 2);
    const { features = [], luck = 0 } = ads[ad] ?? {};
    const rate = 0.02 * Math.exp(((features[0] ?? 0) > 0.5 ? effect : 0) + luck);
    const impressions = 2_000 + Math.floor(6_000 * random());
    const at_ms = start_ms + Math.floor(i / 3) * hour_ms;
    const known_ms = at_ms + 3 * day_ms;
    const own = { account_id, prediction_id: `p-${i}`, ad_id: `ad-${ad}`, baseline_rate: 0.02 };
    const counts = { impressions, clicks: Math.min(impressions, poisson(impressions * rate, random)) };
    return [
      { topic: 'prediction.made', value: { ...exampleOf('prediction.made'), ...own, features, at_ms } },
      {
        topic: 'actuals.fetched',
        value: {
          ...exampleOf('actuals.fetched'),
          ...own,
          ...counts,
          revision: 0,
          predicted_ms: at_ms,
          known_ms,
          at_ms: known_ms,
        },
      },
    ];
  }).flat();
}

const wanted = (request_id: string, account_id = 'act_1'): SourceEvent => ({
  topic: 'model.retrain.requested',
  value: {
    account_id,
    request_id,
    reason: 'drift',
    why: 'It drifts',
    from_ms: start_ms,
    to_ms: start_ms + 100 * day_ms,
    at_ms: start_ms + 100 * day_ms,
  },
});

async function answers(driver: Driver, rounds: readonly (readonly SourceEvent[])[]): Promise<readonly ModelTrained[]> {
  const seen: readonly EngineEvent[] = await play(driver, rounds);
  return seen
    .filter(({ record }) => record.topic === 'model.trained')
    .map(({ value, error }) => {
      expect(error).toBeNull();
      return value as ModelTrained;
    });
}

const account = { account_id: 'act_1', seed: 1, effect: 0.7 };

describe('a request for a model', () => {
  it('is answered with one that predicts better than the account’s mean, and only from this account', async () => {
    const driver = newDriver();
    const other = events({ account_id: 'act_2', seed: 2, effect: -0.7 });
    const [trained, ...more] = await answers(driver, [[...events(account), ...other], [wanted('r1')]]);
    expect(more).toEqual([]);
    expect(trained).toMatchObject({
      account_id: 'act_1',
      request_id: 'r1',
      model_id: 'r1',
      status: 'trained',
      champion_model_id: null,
      champion_loss: null,
      features_version: 1,
      columns: 3,
      rows_known: 900,
      held_back_rows: 180,
      held_back_ads: 90,
    });
    expect(trained?.difference_high).toBeLessThan(0);
    expect(trained?.challenger_loss).toBeLessThan(trained?.baseline_loss ?? 0);
    const model = treesOf(trained ?? { splits: [], rights: [], values: [], roots: [] }, 3);
    const effect = model.logRatio([0.8, 0.5, 0.5]) - model.logRatio([0.2, 0.5, 0.5]);
    expect(effect).toBeGreaterThan(0.55);
    expect(effect).toBeLessThan(0.85);
  });

  it('asks nobody again when state is made again from the log', async () => {
    const driver = newDriver();
    await answers(driver, [events(account), [wanted('r1')]]);
    const { differences } = await rebuild(driver.engine, 'compound-learner.train');
    expect(differences).toEqual([]);
  });

  it('is refused where the new model is not better than the one in use', async () => {
    const [first, second] = await answers(newDriver(), [events(account), [wanted('r1')], [wanted('r2')]]);
    expect(first?.status).toBe('trained');
    expect(second).toMatchObject({ status: 'refused', champion_model_id: 'r1', splits: [], roots: [] });
    expect(second?.champion_loss).toBeGreaterThan(0);
    expect(second?.why).toContain('not shown to lose less than the model in use');
  });

  it('is held against the mean again once somebody went back to no model', async () => {
    const back = { account_id: 'act_1', request_id: 'b1', to_model_id: null, reason: 'Too high', at_ms: start_ms };
    const rounds = [
      events(account),
      [wanted('r1')],
      [{ topic: 'model.rollback.requested', value: back }],
      [wanted('r2')],
    ];
    const [, second] = await answers(newDriver(), rounds);
    expect(second).toMatchObject({ status: 'trained', champion_model_id: null, champion_loss: null });
  });

  it('that comes twice is answered once', async () => {
    const found = await answers(newDriver(), [events(account), [wanted('r1')], [wanted('r1')]]);
    expect(found.map(({ request_id }) => request_id)).toEqual(['r1']);
  });

  it('is refused where there is nothing to find: not one of eight models of noise is taken', async () => {
    const noise = Array.from({ length: 8 }, (_, i) => ({
      account_id: `act_${i}`,
      seed: 100 + i,
      effect: 0,
      predictions: 600,
    }));
    const found = await answers(newDriver(), [
      noise.flatMap(events),
      noise.map(({ account_id }) => wanted('r1', account_id)),
    ]);
    expect(found.map(({ status }) => status)).toEqual(noise.map(() => 'refused'));
  });

  it('is refused where there is too little, in words', async () => {
    const [few, none] = await answers(newDriver(), [
      events({ ...account, predictions: 150 }),
      [wanted('r1'), wanted('r2', 'act_9')],
    ]);
    for (const answer of [few, none]) {
      expect(answer).toMatchObject({ status: 'refused', challenger_loss: null, rows: 0 });
      expect(answer?.why).toContain('150 are needed to learn from');
    }
  });

  it('is answered with a failure where the trainer fails, and the next one is answered', async () => {
    let calls = 0;
    const trainer: Trainer = {
      train: (...asked) =>
        calls++ < 2 ? Promise.reject(new Error('out of memory')) : xgboostTrainer().train(...asked),
    };
    const found = await answers(newDriver(trainer), [events(account), [wanted('r1')], [wanted('r2')]]);
    expect(found.map(({ status }) => status)).toEqual(['failed', 'trained']);
    expect(found[0]?.why).toBe('out of memory');
  });
});
