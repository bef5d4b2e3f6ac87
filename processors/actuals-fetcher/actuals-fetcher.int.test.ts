import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { binomial, generator, type Random } from '../../learning/numeric.ts';
import type { AccuracyMeasured, ActualsFetched } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { day, metrics, prediction, tick, valuesOf } from '../../testing/prediction.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { actualsFetcher } from './decide.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = driverOf([actualsFetcher]);
  drivers.push(driver);
  return driver;
}

describe('what came of a prediction', () => {
  it('is counted over its horizon, of windows after it only, once reports had time to come', async () => {
    const early = prediction({ at_ms: start_ms + 2 * hour_ms, matures_ms: start_ms + 5 * hour_ms });
    const rounds = [
      [early],
      day.slice(0, 8).map((hour) => metrics({ hour, impressions: 100 * (hour + 1), link_clicks: hour })),
      [tick(10)],
      [tick(11)],
      [tick(12)],
    ];
    const events = await play(newDriver(), rounds);
    const told = valuesOf<ActualsFetched>(events, 'actuals.fetched');
    // Hours 2, 3 and 4: 300 + 400 + 500 impressions, 2 + 3 + 4 clicks; told with the hour that ends at 5 + 6.
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ impressions: 1_200, clicks: 9, revision: 0, prediction_id: 'cold-1', rate: 0.02 });
    expect(told[0]?.at_ms).toBe(start_ms + 11 * hour_ms);
  });

  it('is told again with its difference where the platform restates it, once a day', async () => {
    const rounds = [
      [prediction({})],
      day.map((hour) => metrics({ hour, impressions: 1_000, link_clicks: 20 })),
      [tick(30)],
      [metrics({ hour: 3, impressions: 900, link_clicks: 17, as_of_ms: start_ms + 40 * hour_ms })],
      [tick(41)],
      [tick(48)],
      [tick(72)],
    ];
    const told = valuesOf<ActualsFetched>(await play(newDriver(), rounds), 'actuals.fetched');
    expect(told.map(({ revision, impressions, clicks }) => [revision, impressions, clicks])).toEqual([
      [0, 24_000, 480],
      [1, 23_900, 477],
    ]);
    expect(told[1]?.known_ms).toBe(start_ms + 40 * hour_ms);
  });

  it('is said once of an ad that was predicted anew before it was shown, and of the last that was said', async () => {
    const rounds = [
      [prediction({ prediction_id: 'cold-1', rate: 0.02 })],
      [prediction({ prediction_id: 'cold-2', rate: 0.03 }), prediction({ prediction_id: 'day_1-3', stage: 'day_1' })],
      day.map((hour) => metrics({ hour, impressions: 1_000, link_clicks: 20 })),
      // Once it was shown, what is said at its age stands beside what was said before.
      [prediction({ prediction_id: 'day_1-4', stage: 'day_1' })],
      [tick(30)],
      [tick(48)],
      [tick(72)],
    ];
    const told = valuesOf<ActualsFetched>(await play(newDriver(), rounds), 'actuals.fetched');
    expect(told.map(({ prediction_id }) => prediction_id).filter((id) => id !== 'day_1-4')).toEqual([
      'cold-2',
      'day_1-3',
    ]);
  });

  it('is never said of an ad that was not shown', async () => {
    const events = await play(newDriver(), [[prediction({})], [tick(30)], [tick(48)]]);
    expect(valuesOf(events, 'actuals.fetched')).toEqual([]);
  });

  it('is the same where the log is handled again', async () => {
    const driver = newDriver();
    const rounds = [[prediction({})], day.map((hour) => metrics({ hour })), [tick(30)], [tick(48)]];
    const events = await play(driver, rounds);
    const rebuilt = await rebuild(driver.engine, 'actuals-fetcher');
    expect(rebuilt.differences).toEqual([]);
    const told = events.find(({ record }) => record.topic === 'actuals.fetched');
    const { reproduced, decision, emitted } = await decideAgain(driver, actualsFetcher, told);
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});

/** Days on each of which some ads are predicted at 2 %, shown for a day, and clicked at `rate`. */
function* world(days: number, ads: number, rate: (day: number) => number, random: Random): Generator<SourceEvent[]> {
  for (let d = 0; d < days; d++) {
    const names = Array.from({ length: ads }, (_, i) => `ad-${d}-${i}`);
    const at_ms = start_ms + d * day_ms;
    const matures_ms = at_ms + 12 * hour_ms;
    yield names.map((ad_id) => prediction({ ad_id, prediction_id: ad_id, at_ms, matures_ms }));
    yield names.flatMap((ad_id) =>
      [0, 6].map((h) => {
        const window_end_ms = at_ms + (h + 6) * hour_ms;
        const link_clicks = binomial(2_000, rate(d), random);
        return metrics({ ad_id, hour: 24 * d + h, window_end_ms, impressions: 2_000, link_clicks });
      }),
    );
    yield [tick(24 * d + 20)];
    yield [tick(24 * d + 24)];
  }
}

describe('accuracy', () => {
  it('is unknown with few ads, then near 1 for a predictor that is right, with its interval', async () => {
    const events = await play(
      newDriver(),
      world(16, 4, () => 0.02, generator(1)),
    );
    const measured = valuesOf<AccuracyMeasured>(events, 'accuracy.measured').filter(({ stage }) => stage === 'cold');
    expect(measured[0]?.status).toBe('unknown');
    const last = measured.at(-1);
    expect(last).toMatchObject({ status: 'good', ads: 64 });
    expect(last?.accuracy_low).toBeLessThan(1.01);
    expect(last?.accuracy_high).toBeGreaterThan(0.99);
    expect(last?.bias).toBeCloseTo(1, 1);
    expect(valuesOf(events, 'accuracy.drifted')).toEqual([]);
    expect(valuesOf(events, 'model.retrain.requested')).toEqual([]);
  });

  it('is scored anew where the platform restates what came of predictions', async () => {
    const ads = Array.from({ length: 40 }, (_, i) => `ad-${i}`);
    const shown = (ad_id: string, link_clicks: number, as_of_ms: number) =>
      metrics({ ad_id, hour: 0, impressions: 4_000, link_clicks, as_of_ms });
    const events = await play(newDriver(), [
      ads.map((ad_id) => prediction({ ad_id, prediction_id: ad_id })),
      ads.map((ad_id) => shown(ad_id, 80, start_ms + hour_ms)),
      [tick(30)],
      [tick(48)],
      ads.map((ad_id) => shown(ad_id, 40, start_ms + 50 * hour_ms)),
      [tick(72)],
    ]);
    const measured = valuesOf<AccuracyMeasured>(events, 'accuracy.measured').filter(({ stage }) => stage === 'cold');
    expect(measured.map(({ ads: n, bias }) => [n, Math.round((bias ?? 0) * 100) / 100])).toEqual([
      [40, 1],
      [40, 0.5],
    ]);
  });

  it('that is poor wants a new model, not again within its cooldown', async () => {
    const events = await play(
      newDriver(),
      world(11, 6, () => 0.04, generator(2)),
    );
    const wanted = valuesOf<{ reason: string; why: string }>(events, 'model.retrain.requested');
    expect(wanted).toHaveLength(1);
    expect(wanted[0]).toMatchObject({ reason: 'accuracy' });
    expect(wanted[0]?.why).toMatch(/^Accuracy of \d+ predictions \(cold\) is at most -?\d+ %, below 80 %\.$/);
  });

  it('below the threshold of a cycle wants a new model at its step, not again while that is recent', async () => {
    const step = (accuracy_threshold: number | null, hour: number, retrain = true): SourceEvent => ({
      topic: 'cycle.step.requested',
      value: {
        account_id: 'act',
        cycle_id: `cycle-${hour}`,
        step: 'auto_retrain',
        retrain,
        accuracy_threshold,
        at_ms: start_ms + hour * hour_ms,
      },
    });
    const rounds = [
      ...world(16, 4, (d) => (d % 2 === 0 ? 0.017 : 0.023), generator(1)),
      [step(null, 385), step(1, 386, false), step(1, 387), step(1, 387 + 24)],
    ];
    const events = await play(newDriver(), rounds);
    const said = valuesOf<{ status: string; reason: string }>(events, 'cycle.step.finished');
    expect(said).toMatchObject([
      { status: 'skipped', reason: 'accuracy is not shown to be below 80 %' },
      { status: 'skipped', reason: 'the request wants no new model' },
      {
        status: 'done',
        count: 1,
        reason: expect.stringMatching(/^a new model is asked for: .*below 100 %$/) as string,
      },
      {
        status: 'skipped',
        reason: expect.stringMatching(/but one was asked for 1 day ago, and none again within 7$/) as string,
      },
    ]);
    expect(valuesOf(events, 'model.retrain.requested')).toMatchObject([{ reason: 'accuracy' }]);
  });

  it('that drifts is told once, with its direction, and wants a new model', async () => {
    const rate = (d: number): number => (d < 25 ? 0.02 : 0.016);
    const events = await play(newDriver(), world(40, 3, rate, generator(3)));
    const drifted = valuesOf<{ direction: string; at_ms: number }>(events, 'accuracy.drifted');
    expect(drifted.length).toBe(1);
    expect(drifted[0]?.direction).toBe('fewer_clicks');
    expect((drifted[0]?.at_ms ?? 0) - start_ms).toBeGreaterThan(25 * day_ms);
    expect(valuesOf(events, 'model.retrain.requested')[0]).toMatchObject({ reason: 'drift' });
  });
});
