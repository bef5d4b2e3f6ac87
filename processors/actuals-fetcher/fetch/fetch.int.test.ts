import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import { nameOf } from '../../../engine/ports.ts';
import type { SourceEvent } from '../../../engine/engine.ts';
import { rebuild } from '../../../engine/state/rebuild.ts';
import { AdPlatformError, type AdPlatform, type HourRange, type Insight } from '../../../ports/ad-platform/port.ts';
import type { ActualsFetched, ActualsRequested, ActualsReturned } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { day, metrics, prediction, tick, valuesOf } from '../../../testing/prediction.ts';
import { driverOf, play } from '../../../testing/played.ts';
import { start_ms } from '../../../testing/snapshot.ts';
import { actualsFetcher } from '../decide.ts';
import { fetchingGroup } from './call.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

type Hours = AdPlatform['adHours'];

function newDriver(adHours: Hours | null): Driver {
  const platform = adHours === null ? null : { adHours };
  const driver = driverOf([actualsFetcher, fetchingGroup({ platform: () => platform })]);
  drivers.push(driver);
  return driver;
}

/** A platform that has 1,000 impressions and 20 link clicks of every hour, as of 30 hours after the start. */
const asked: HourRange[] = [];
const everyHour: Hours = (_account, ad_id, of) => {
  asked.push(of);
  const hours = (of.to_ms - of.from_ms) / hour_ms;
  return Promise.resolve(
    Array.from({ length: hours }, (_, i): Insight => {
      const window_start_ms = of.from_ms + i * hour_ms;
      const window = { window_start_ms, window_end_ms: window_start_ms + hour_ms, as_of_ms: start_ms + 30 * hour_ms };
      const ad = { campaign_id: 'c', adset_id: 's', ad_id };
      const totals = { impressions: 1_000, clicks: 22, link_clicks: 20, spend_minor: 1 };
      return { ...ad, ...window, ...totals, conversions: 0, conversion_value_minor: 0 };
    }),
  );
};

/** A day that is predicted, and of which the stream brings the first 18 hours: 900 impressions and 10 clicks each. */
const gap = (...later: (readonly SourceEvent[])[]): readonly (readonly SourceEvent[])[] => [
  [prediction({})],
  day.slice(0, 18).map((hour) => metrics({ hour, impressions: 900, link_clicks: 10 })),
  [tick(30)],
  [tick(31)],
  ...later,
];

describe('hours that the stream left out', () => {
  it('are asked for once when the horizon is over, and counted beside what the stream brought', async () => {
    asked.length = 0;
    const events = await play(newDriver(everyHour), gap([tick(32)], [tick(48)]));
    expect(asked).toEqual([{ from_ms: start_ms, to_ms: start_ms + 24 * hour_ms }]);
    expect(valuesOf<ActualsRequested>(events, 'actuals.requested')).toMatchObject([
      { reason: 'uncovered', missing_hours: 6, prediction_id: 'cold-1' },
    ]);
    const told = valuesOf<ActualsFetched>(events, 'actuals.fetched');
    // Of 18 hours the platform's newer totals replace the stream's: 24 hours of 1,000 and 20.
    expect(told).toMatchObject([{ revision: 0, impressions: 24_000, clicks: 480, source: 'platform' }]);
    expect(told[0]?.at_ms).toBe(start_ms + 31 * hour_ms);
  });

  it('that come late in the stream are counted by their difference', async () => {
    const late = metrics({ hour: 20, impressions: 1_100, link_clicks: 25, as_of_ms: start_ms + 33 * hour_ms });
    const events = await play(newDriver(everyHour), gap([late], [tick(48)]));
    const told = valuesOf<ActualsFetched>(events, 'actuals.fetched');
    expect(told.map(({ revision, impressions, clicks }) => [revision, impressions, clicks])).toEqual([
      [0, 24_000, 480],
      [1, 24_100, 485],
    ]);
  });

  it('are not counted twice where the stream brings them in a breakdown', async () => {
    const broken = day
      .slice(0, 18)
      .map((hour) => metrics({ hour, impressions: 900, link_clicks: 10, context: { device: 'phone' } }));
    const events = await play(newDriver(everyHour), [[prediction({})], broken, [tick(30)], [tick(31)]]);
    const told = valuesOf<ActualsFetched>(events, 'actuals.fetched');
    // 18 hours of the stream, 6 of the platform.
    expect(told).toMatchObject([{ impressions: 18 * 900 + 6_000, clicks: 180 + 120 }]);
  });

  it.each<[string, Hours | null, string]>([
    ['no platform is connected', null, 'no ad platform is connected'],
    [
      'the platform does not know the ad',
      () => Promise.reject(new AdPlatformError('unknown_id', 'there is no ad x')),
      'there is no ad x',
    ],
  ])('are given up with a reason where %s, and what the stream brought counts', async (_, hours, why) => {
    const events = await play(newDriver(hours), gap());
    expect(valuesOf<ActualsReturned>(events, 'actuals.returned')).toMatchObject([{ windows: [], error: why }]);
    expect(valuesOf<ActualsFetched>(events, 'actuals.fetched')).toMatchObject([
      { impressions: 18 * 900, clicks: 180, source: 'stream' },
    ]);
  });

  it('hold nothing up for longer than the policy says where nobody answers', async () => {
    const driver = driverOf([actualsFetcher]);
    drivers.push(driver);
    const later = [32, 33, 34, 35, 36].map((hours) => [tick(hours)]);
    const told = valuesOf<ActualsFetched>(await play(driver, gap(...later)), 'actuals.fetched');
    expect(told).toMatchObject([{ impressions: 18 * 900, source: 'stream' }]);
    expect(told[0]?.at_ms).toBe(start_ms + 36 * hour_ms);
  });

  it('are nothing to ask for where the stream brought every hour', async () => {
    const whole = day.map((hour) => metrics({ hour }));
    const events = await play(newDriver(everyHour), [[prediction({})], whole, [tick(30)]]);
    expect(valuesOf(events, 'actuals.requested')).toEqual([]);
    expect(valuesOf(events, 'actuals.fetched')).toHaveLength(1);
  });

  it('come to the same where the process dies at any step, and are made again without asking', async () => {
    const restated = metrics({ hour: 3, impressions: 800, link_clicks: 9, as_of_ms: start_ms + 40 * hour_ms });
    const rounds = [...gap([restated], [tick(41)], [tick(48)])];
    const whole = logOf(await through(rounds, 0));
    expect(whole.filter(([topic]) => topic === 'actuals.fetched')).toHaveLength(2);
    for (const every of [3, 7, 11]) expect(logOf(await through(rounds, every))).toEqual(whole);
    const driver = await through(rounds, 0);
    asked.length = 0;
    for (const group of ['actuals-fetcher', 'actuals-fetcher.fetch'])
      expect((await rebuild(driver.engine, group)).differences).toEqual([]);
    expect(asked).toEqual([]);
  });
});

/** Plays the rounds while the process dies at every `every`th step; 0 for never. */
async function through(rounds: readonly (readonly SourceEvent[])[], every: number): Promise<Driver> {
  const driver = newDriver(everyHour);
  let steps = 0;
  let deaths = 0;
  driver.onStep = () => {
    // A batch must be able to end: deaths become rarer.
    if (every === 0 || ++steps % (every + Math.floor(steps / 50)) !== 0) return;
    deaths++;
    driver.crash();
  };
  await driver.start();
  for (const [round, events] of rounds.entries()) {
    driver.clock.advance(hour_ms);
    await driver.arrive('test', String(round), events);
    await driver.survive();
  }
  expect(driver.failures).toEqual([]);
  if (every > 0) expect(deaths).toBeGreaterThan(5);
  return driver;
}

/** What groups emitted, each event once. */
function logOf(driver: Driver): readonly (readonly [string, unknown])[] {
  return ['actuals.requested', 'actuals.returned', 'actuals.fetched'].flatMap((topic) => {
    const seen = new Set<string>();
    return [0, 1].flatMap((partition) =>
      driver.log.read(topic, partition, 0, 1e6).flatMap((record) => {
        const name = record.name === undefined ? '' : nameOf(record.name);
        if (seen.has(name)) return [];
        seen.add(name);
        return [[topic, driver.engine.decoded(record).value] as const];
      }),
    );
  });
}
