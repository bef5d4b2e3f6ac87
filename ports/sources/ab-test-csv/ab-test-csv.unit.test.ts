import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodec } from '../../../schemas/codec.ts';
import { topics, type AdMetrics } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { generator } from '../../../learning/numeric.ts';
import { Schedule, quiet_hours, test_hours, type ReplayHour } from './schedule.ts';
import { splitOverHours } from './split.ts';
import type { RecordedTest } from './tests.ts';

const totals = fc
  .tuple(fc.integer({ min: 0, max: 30_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([impressions, share]) => ({ impressions, clicks: Math.floor(impressions * share) }));

const begin_ms = Date.UTC(2014, 2, 1);

const recorded: fc.Arbitrary<RecordedTest[]> = fc
  .array(
    fc.record({
      minute: fc.integer({ min: 0, max: 5 * 24 * 60 }),
      randomised: fc.boolean(),
      arms: fc.array(totals, { minLength: 2, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((tests) =>
    tests
      .sort((a, b) => a.minute - b.minute)
      .map(({ minute, randomised, arms }, t) => ({
        test_id: `t${t}`,
        created_ms: begin_ms + minute * 60_000,
        randomised,
        arms: arms.map((arm, a) => ({ package_id: `t${t}p${a}`, headline: `Headline ${a}`, lede: null, ...arm })),
      })),
  );

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });

const metricsOf = (hours: readonly ReplayHour[]): AdMetrics[] =>
  hours.flatMap(({ events }) =>
    events.filter(({ topic }) => topic === 'ad.metrics').map(({ value }) => value as AdMetrics),
  );

describe('totals split over hours', () => {
  it('sums over hours are the totals, exactly', () => {
    fc.assert(
      fc.property(
        fc.array(totals, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 72 }),
        seeds,
        (arms, hours, seed) => {
          const { impressions, clicks } = splitOverHours(arms, hours, generator(seed));
          for (const [a, arm] of arms.entries()) {
            const of = (counts: Int32Array): number =>
              Array.from({ length: hours }, (_, h) => counts[h * arms.length + a] ?? NaN).reduce((x, y) => x + y, 0);
            expect(of(impressions)).toBe(arm.impressions);
            expect(of(clicks)).toBe(arm.clicks);
          }
        },
      ),
    );
  });

  it('no hour has more clicks than impressions, and hours get equal shares of readers', () => {
    fc.assert(
      fc.property(
        fc.array(totals, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 72 }),
        seeds,
        (arms, hours, seed) => {
          const { impressions, clicks } = splitOverHours(arms, hours, generator(seed));
          for (const [i, shown] of impressions.entries()) expect(clicks[i]).toBeLessThanOrEqual(shown);
          const total = arms.reduce((sum, arm) => sum + arm.impressions, 0);
          for (let h = 0; h < hours; h++) {
            const readers = impressions.slice(h * arms.length, (h + 1) * arms.length).reduce((x, y) => x + y, 0);
            expect(Math.abs(readers - total / hours)).toBeLessThan(1);
          }
        },
      ),
    );
  });

  it('hours vary as draws without replacement do: clicks of an hour have the hypergeometric variance', () => {
    const arms = [
      { impressions: 2_400, clicks: 240 },
      { impressions: 2_400, clicks: 240 },
    ];
    const runs = 3_000;
    const first = Array.from({ length: runs }, (_, seed) => splitOverHours(arms, 24, generator(seed)).clicks[0] ?? NaN);
    const mean = first.reduce((x, y) => x + y, 0) / runs;
    const variance = first.reduce((x, y) => x + (y - mean) ** 2, 0) / (runs - 1);
    // 200 of the pool's 4,800 outcomes are drawn; 240 of them are clicks of this arm.
    const p = 240 / 4_800;
    const expected = (200 * p * (1 - p) * (4_800 - 200)) / (4_800 - 1);
    expect(Math.abs(mean - 10)).toBeLessThan(4 * Math.sqrt(expected / runs));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / runs));
  });
});

describe('the schedule', () => {
  it('plays every package once, its totals exactly, in hours of its test only', () => {
    fc.assert(
      fc.property(recorded, seeds, (tests, seed) => {
        const metrics = metricsOf([...new Schedule(tests, seed).from(0)]);
        for (const test of tests)
          for (const arm of test.arms) {
            const own = metrics.filter(({ ad_id }) => ad_id === `ad_${arm.package_id}`);
            expect(own).toHaveLength(test_hours);
            expect(own.reduce((sum, { impressions }) => sum + impressions, 0)).toBe(arm.impressions);
            expect(own.reduce((sum, { link_clicks }) => sum + link_clicks, 0)).toBe(arm.clicks);
            expect(own[0]?.window_start_ms).toBeGreaterThan(test.created_ms);
            expect((own[0]?.window_start_ms ?? 0) - test.created_ms).toBeLessThanOrEqual(hour_ms);
          }
      }),
      { numRuns: 40 },
    );
  });

  it('each hour ends with one tick, hours follow one another, and a test is declared before its first totals', () => {
    fc.assert(
      fc.property(recorded, seeds, (tests, seed) => {
        const schedule = new Schedule(tests, seed);
        const hours = [...schedule.from(0)];
        expect(hours).toHaveLength(schedule.hours);
        expect(hours.reduce((sum, { events }) => sum + events.length, 0)).toBe(schedule.events);
        const declared = new Set<string>();
        for (const [i, { events, hour_ms: at_ms, index }] of hours.entries()) {
          expect([index, at_ms]).toEqual([i, schedule.first_ms + i * hour_ms]);
          expect(events.filter(({ topic }) => topic === 'tick.hourly').map(({ value }) => value)).toEqual([
            { hour_ms: at_ms },
          ]);
          for (const { experiment_id, window_start_ms } of metricsOf([{ events, hour_ms: at_ms, index }])) {
            expect(declared).toContain(experiment_id);
            expect(window_start_ms).toBe(at_ms);
          }
          for (const { topic, value } of events)
            if (topic === 'experiment.declared') declared.add(String(Reflect.get(value, 'experiment_id')));
        }
        expect(metricsOf(hours.slice(-quiet_hours))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('goes on from any hour as if it had never stopped', () => {
    fc.assert(
      fc.property(recorded, seeds, fc.nat(), (tests, seed, at) => {
        const schedule = new Schedule(tests, seed);
        const from = at % (schedule.hours + 1);
        expect([...schedule.from(from)]).toEqual([...schedule.from(0)].slice(from));
      }),
      { numRuns: 40 },
    );
  });

  it('another seed spreads the same totals differently', () => {
    const tests: RecordedTest[] = [
      {
        test_id: 't',
        created_ms: begin_ms,
        randomised: true,
        arms: ['a', 'b'].map((package_id) => ({
          package_id,
          headline: package_id,
          lede: null,
          impressions: 2_000,
          clicks: 40,
        })),
      },
    ];
    const played = (seed: number): unknown => metricsOf([...new Schedule(tests, seed).from(0)]);
    expect(played(1)).toEqual(played(1));
    expect(played(1)).not.toEqual(played(2));
  });

  it('every event keeps the rules of its topic', () => {
    const codec = createCodec({ topics });
    fc.assert(
      fc.property(recorded, seeds, (tests, seed) => {
        for (const { events } of new Schedule(tests, seed).from(0))
          for (const { topic, value } of events)
            expect(codec.decode(topic, codec.encode(topic, value), Date.UTC(2026, 0, 1))).toMatchObject({ ok: true });
      }),
      { numRuns: 20 },
    );
  });
});
