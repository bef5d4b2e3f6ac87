import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomial, generator, normal } from '../numeric.ts';
import { emptyFactors, factors, withCell } from './factors.ts';
import { defaultMoneyLimits, limited, type Applied } from './limits.ts';
import { accountPrior, armPrior, moments } from './prior.ts';

const expected = { prior_rate: 0.015, prior_log_sd: 0.3, prior_arms: 6 };
const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

describe('the empirical-Bayes prior', () => {
  it('is the expectation where there are no data', () => {
    const account = accountPrior([], expected);
    expect(account.rate).toBeCloseTo(0.015, 12);
    expect(account.cv2).toBeCloseTo(0.09, 12);
    const { a, b } = armPrior(moments([], account), account);
    expect(a / (a + b)).toBeCloseTo(0.015, 10);
    expect(a + b).toBeCloseTo(728.63, 1);
  });

  it('counts spread net of binomial noise', () => {
    const account = { rate: 0.02, cv2: 0.04 };
    // Two arms of 10,000 at .016 and .024: deviations of .2, noise .98 / (.02 * 10,000) = .0049 each.
    const own = moments(
      [
        { exposure: 10_000, clicks: 160 },
        { exposure: 10_000, clicks: 240 },
      ],
      account,
    );
    expect(own.rate).toBeCloseTo(0.02, 6);
    const reliability = 0.04 / (0.04 + 0.0049);
    expect(own.cv2_sum).toBeCloseTo(2 * reliability * (0.04 - 0.0049), 4);
    expect(own.cv2_weight).toBeCloseTo(reliability, 4);
  });

  /** Moments of 40 simulated campaigns of four arms. */
  function simulated(rate: number, log_sd: number): ReturnType<typeof accountPrior> {
    const random = generator(11);
    let account = accountPrior([], expected);
    const campaigns = Array.from({ length: 40 }, () =>
      Array.from({ length: 4 }, () => {
        const p = rate * Math.exp(log_sd * normal(random) - log_sd ** 2 / 2);
        return { exposure: 20_000, clicks: binomial(20_000, p, random) };
      }),
    );
    for (let pass = 0; pass < 5; pass++)
      account = accountPrior(
        campaigns.map((arms) => moments(arms, account)),
        expected,
      );
    return account;
  }

  it('finds rate and spread of an account that has many campaigns', () => {
    for (const [rate, log_sd] of [
      [0.005, 0.1],
      [0.015, 0.2],
      [0.05, 0.5],
    ] as const) {
      const found = simulated(rate, log_sd);
      expect(found.rate / rate).toBeGreaterThan(0.93);
      expect(found.rate / rate).toBeLessThan(1.07);
      expect(Math.sqrt(found.cv2) / log_sd).toBeGreaterThan(0.8);
      expect(Math.sqrt(found.cv2) / log_sd).toBeLessThan(1.3);
    }
  });
});

describe('factors', () => {
  it('are 1 where cells differ by no more than chance', () => {
    expect(factors(emptyFactors(3))).toEqual([1, 1, 1]);
    expect(factors({ clicks: [10, 11, 9], expected: [10, 10, 10] })).toEqual([1, 1, 1]);
  });

  it('shrink what is seen towards 1 by the variance between cells', () => {
    // Pearson (900 + 900) / 100 = 18, so v = (18 - 1) / 200 and 1/v = 200/17.
    const [low, high] = factors({ clicks: [70, 130], expected: [100, 100] });
    const worth = 200 / 17;
    expect(low).toBeCloseTo((70 + worth) / (100 + worth), 12);
    expect(high).toBeCloseTo((130 + worth) / (100 + worth), 12);
  });

  it('do not mind a common error of the expected clicks, nor data taken away', () => {
    const right = factors({ clicks: [70, 130], expected: [100, 100] });
    factors({ clicks: [70, 130], expected: [300, 300] }).forEach((f, i) => expect(f).toBeCloseTo(right[i] ?? 0, 9));
    expect(withCell(emptyFactors(2), 1, -5, -3)).toEqual(emptyFactors(2));
  });
});

describe('money limits', () => {
  const hour_ms = 3_600_000;
  const split = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });

  it('conserve the total, step by at most a fifth and raise by at most a fifth in any 24 hours', () => {
    fc.assert(
      fc.property(split, fc.array(fc.nat(7), { minLength: 40, maxLength: 80 }), (start, wishes) => {
        const arms = start.length;
        const wholes: Applied[] = [{ at_ms: 0, shares: start.map((s) => s / sum(start)) }];
        wishes.forEach((wish, k) => {
          const at_ms = (k + 1) * 4 * hour_ms;
          const desired = Array.from({ length: arms }, (_, i) => (i === wish % arms ? 1 : 0));
          const shares = limited(wholes, desired, at_ms, defaultMoneyLimits);
          const present = wholes.at(-1)?.shares ?? [];
          expect(sum(shares)).toBeCloseTo(1, 9);
          shares.forEach((share, i) => expect(Math.abs(share / (present[i] ?? 0) - 1)).toBeLessThan(0.2 + 1e-6));
          if (shares !== present) wholes.push({ at_ms, shares });
          const since = wholes.findIndex((applied) => applied.at_ms > at_ms - 24 * hour_ms);
          const day = since < 0 ? wholes.slice(-1) : wholes.slice(Math.max(since - 1, 0));
          shares.forEach((share, i) => {
            const least = Math.min(...day.map((applied) => applied.shares[i] ?? 1));
            // A share that was raised before and fell since may already stand above the day's least.
            expect(share <= least * (1.2 + 1e-6) || share <= (present[i] ?? 0) + 1e-9).toBe(true);
          });
          expect(day.filter((applied) => applied.at_ms > at_ms - 24 * hour_ms).length).toBeLessThanOrEqual(3);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('let the leader grow by a fifth a day', () => {
    let history: Applied[] = [{ at_ms: -Infinity, shares: [0.25, 0.25, 0.25, 0.25] }];
    for (let hour = 0; hour <= 48; hour++) {
      const shares = limited(history, [1, 0, 0, 0], hour * hour_ms, defaultMoneyLimits);
      if (shares !== history.at(-1)?.shares) history = [...history, { at_ms: hour * hour_ms, shares }];
    }
    expect(history.at(-1)?.shares[0]).toBeCloseTo(0.25 * 1.2 ** 3, 3);
  });
});
