import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, generator, normal } from '../numeric.ts';
import { allocate, drawnShares, propensities } from './allocate.ts';
import { best, topTwo } from './best.ts';
import { betaOf, cdfOfRoots, credibleInterval, mixtureCdf, updated } from './beta.ts';
import { emptyCampaign, observed } from './campaign.ts';
import { bounded, bounds, systematicCounts } from './split.ts';

const rules = { exploration_share: 0.1, sharpness: 1.5, floor_of_equal: 0.05, cap_share: 1, draws: 1_000 };
const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

describe('a Beta posterior', () => {
  it('has the distribution function of the incomplete beta to .002 from a few clicks on', () => {
    for (const [a, b] of [
      [12, 800],
      [150, 9_850],
      [30, 40],
      [4, 300],
    ] as const) {
      const cdf = cdfOfRoots({ a, b });
      for (const p of [0.001, 0.025, 0.2, 0.5, 0.8, 0.975, 0.999]) {
        const x = betaQuantile(p, a, b);
        expect(Math.abs(cdf(Math.cbrt(x), Math.cbrt(1 - x)) - p)).toBeLessThan(0.002);
      }
    }
  });

  it('has the mean and the coefficient of variation it was made for', () => {
    const { a, b } = betaOf(0.015, 0.09);
    expect(a / (a + b)).toBeCloseTo(0.015, 12);
    expect((a * b) / ((a + b) ** 2 * (a + b + 1)) / 0.015 ** 2).toBeCloseTo(0.09, 10);
    // (1 - .015) / (.015 * .09) - 1
    expect(a + b).toBeCloseTo(728.63, 2);
  });

  it('counts clicks as successes and the rest of the exposure as failures', () => {
    expect(updated({ a: 1, b: 2 }, 100, 3)).toEqual({ a: 4, b: 99 });
    expect(updated({ a: 1, b: 2 }, -1e-12, -1e-12)).toEqual({ a: 1, b: 2 });
  });

  it('alone is in the interval that its quantiles bound', () => {
    const { low, high } = credibleInterval([{ a: 150, b: 9_850 }], [1], 0.95);
    expect(low).toBeCloseTo(betaQuantile(0.025, 150, 9_850), 5);
    expect(high).toBeCloseTo(betaQuantile(0.975, 150, 9_850), 5);
  });

  const members = fc.array(
    fc.record({
      a: fc.double({ min: 0.8, max: 5_000, noNaN: true }),
      odds: fc.double({ min: 1, max: 2_000, noNaN: true }),
    }),
    { minLength: 1, maxLength: 5 },
  );
  it('mixed with others is below its interval as often as above, each half of what is left', () => {
    fc.assert(
      fc.property(
        members,
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (some, raw) => {
          const betas = some.map(({ a, odds }) => ({ a, b: a * odds }));
          const total = betas.reduce((sum, _, i) => sum + (raw[i] ?? 0), 0);
          const weights = betas.map((_, i) => (raw[i] ?? 0) / total);
          const { low, high } = credibleInterval(betas, weights, 0.9);
          const cdf = mixtureCdf(betas, weights);
          expect(cdf(low)).toBeCloseTo(0.05, 5);
          expect(cdf(high)).toBeCloseTo(0.95, 5);
        },
      ),
    );
  });
});

/** A gamma draw (Marsaglia and Tsang 2000), for a >= 1. */
function gamma(a: number, random: () => number): number {
  const d = a - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

describe('the probability of being best', () => {
  it('is what draws of the posteriors say, and so is the expected loss', () => {
    const arms = [
      { a: 160, b: 9_900 },
      { a: 150, b: 9_900 },
      { a: 20, b: 1_300 },
      { a: 5, b: 400 },
    ];
    const random = generator(3);
    const draws = 20_000;
    const wins = [0, 0, 0, 0];
    const lost = [0, 0, 0, 0];
    for (let k = 0; k < draws; k++) {
      const rates = arms.map(({ a, b }) => {
        const x = gamma(a, random);
        return x / (x + gamma(b, random));
      });
      const top = Math.max(...rates);
      rates.forEach((rate, i) => {
        if (rate === top) wins[i] = (wins[i] ?? 0) + 1 / draws;
        lost[i] = (lost[i] ?? 0) + (top - rate) / draws;
      });
    }
    const found = best(arms);
    found.p_best.forEach((p, i) => expect(Math.abs(p - (wins[i] ?? 0))).toBeLessThan(0.015));
    found.expected_loss.forEach((loss, i) => expect(Math.abs(loss / (lost[i] ?? 0) - 1)).toBeLessThan(0.03));
  });

  it('is even between equals, sums to one, and follows the counts', () => {
    const equal = best(new Array(5).fill({ a: 15, b: 985 }));
    for (const p of equal.p_best) expect(p).toBeCloseTo(0.2, 10);
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            a: fc.double({ min: 1, max: 5_000, noNaN: true }),
            b: fc.double({ min: 50, max: 1e6, noNaN: true }),
          }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        (arms) => {
          const { p_best, expected_loss } = best(arms);
          expect(sum(p_best)).toBeCloseTo(1, 9);
          expect(Math.min(...p_best, ...expected_loss)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('turns into top-two chances as redrawing until another arm is best does', () => {
    // Half of .6, .3, .1, and half of the challenger: .3*.6/.7 + .1*.6/.9 for the first, and so on.
    const [first, second, third] = topTwo([0.6, 0.3, 0.1]);
    expect(first).toBeCloseTo(0.3 + 0.5 * (0.3 * (0.6 / 0.7) + 0.1 * (0.6 / 0.9)), 12);
    expect(second).toBeCloseTo(0.15 + 0.5 * (0.6 * (0.3 / 0.4) + 0.1 * (0.3 / 0.9)), 12);
    expect(third).toBeCloseTo(0.05 + 0.5 * (0.6 * (0.1 / 0.4) + 0.3 * (0.1 / 0.7)), 12);
    expect(topTwo([1, 0])).toEqual([0.5, 0.5]);
    expect(topTwo([1])).toEqual([1]);
  });
});

const weights = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })
  .filter((values) => sum(values) > 0);
const limits = fc.record({
  floor_of_equal: fc.double({ min: 0, max: 1, noNaN: true }),
  cap_share: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('a split', () => {
  it('sums to one and keeps floor and cap, whatever the weights', () => {
    fc.assert(
      fc.property(weights, limits, (given, { floor_of_equal, cap_share }) => {
        const limit = bounds(given.length, floor_of_equal, cap_share);
        const shares = bounded(given, limit);
        expect(Math.abs(sum(shares) - 1)).toBeLessThan(1e-9);
        for (const share of shares) {
          expect(share).toBeGreaterThanOrEqual(limit.floor - 1e-12);
          expect(share).toBeLessThanOrEqual(limit.cap + 1e-12);
        }
      }),
    );
  });

  it('by draws is within one draw of the exact split, keeps its bounds and total, and is exact on average', () => {
    fc.assert(
      fc.property(
        weights,
        limits,
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (given, { floor_of_equal }, uniform) => {
          const limit = bounds(given.length, floor_of_equal, 1);
          const chances = bounded(given, limit);
          const shares = drawnShares(chances, limit, 500, uniform);
          expect(Math.abs(sum(shares) - 1)).toBeLessThan(1e-9);
          shares.forEach((share, i) => {
            expect(share).toBeGreaterThanOrEqual(limit.floor - 1e-12);
            expect(Math.abs(share - (chances[i] ?? 0))).toBeLessThan(1 / 500 + 1e-9);
          });
        },
      ),
    );
    const mean = [0, 0, 0];
    for (let k = 0; k < 1_000; k++)
      systematicCounts([0.235, 0.4315, 0.3335], 10, (k + 0.5) / 1_000).forEach(
        (count, i) => (mean[i] = (mean[i] ?? 0) + count / 10_000),
      );
    mean.forEach((value, i) => expect(value).toBeCloseTo([0.235, 0.4315, 0.3335][i] ?? 0, 3));
  });

  it('explores by top-two within its share, and not at all once the best arm is certain', () => {
    const free = bounds(2, 0, 1);
    const plain = { ...rules, sharpness: 1, exploration_share: 0 };
    expect(propensities([0.75, 0.25], plain, free)[1]).toBeCloseTo(0.25, 12);
    // Undecided by half: .2 of top-two's .625 / .375 is used at 2 * (1 - .75) = .5 of its share.
    const [, explored] = propensities([0.75, 0.25], { ...plain, exploration_share: 0.2 }, free);
    expect(explored).toBeCloseTo(0.9 * 0.25 + 0.1 * 0.5, 12);
    expect(propensities([1, 0], { ...rules, floor_of_equal: 0 }, free)[1]).toBeLessThan(1e-9);
    // More than a fifth is not to be had.
    expect(propensities([0.5, 0.3, 0.2], { ...rules, exploration_share: 0.9 }, bounds(3, 0, 1))).toEqual(
      propensities([0.5, 0.3, 0.2], { ...rules, exploration_share: 0.2 }, bounds(3, 0, 1)),
    );
  });

  it('is the same for the same seed, reports exact propensities, and loses what its shares lose', () => {
    let campaign = emptyCampaign([48, 336]);
    for (const [arm, clicks] of [
      ['a', 150],
      ['b', 190],
      ['c', 160],
    ] as const)
      campaign = observed(campaign, { arm, window_end_ms: 3_600_000, exposure: 10_000, clicks });
    const split = allocate(campaign, () => ({ a: 15, b: 985 }), rules, 0.42);
    expect(allocate(campaign, () => ({ a: 15, b: 985 }), rules, 0.42)).toEqual(split);
    expect(sum(split.arms.map(({ share }) => share))).toBeCloseTo(1, 9);
    expect(sum(split.arms.map(({ propensity }) => propensity))).toBeCloseTo(1, 9);
    expect(split.expected_loss).toBeCloseTo(sum(split.arms.map((arm) => arm.share * arm.expected_loss)), 12);
    const [, b] = split.arms;
    expect(b?.mean).toBeCloseTo((15 + 190) / 11_000, 10);
    expect(b?.low).toBeCloseTo(betaQuantile(0.025, 205, 10_795), 5);
    expect(b?.high).toBeCloseTo(betaQuantile(0.975, 205, 10_795), 5);
    expect(b?.p_best).toBeGreaterThan(0.9);
  });
});
