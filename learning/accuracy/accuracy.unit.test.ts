import { describe, expect, it } from 'vitest';
import { generator, normal, poisson } from '../numeric.ts';
import { agreementOf, meanAbsoluteDeviation } from './agreement.ts';
import { dispersionOf, no_dispersion, withChiSquared } from './dispersion.ts';

describe('agreement of predictions with clicks', () => {
  it('is 1 less the errors over the clicks', () => {
    // |12 − 10| + |5 − 10| = 7 of 17 clicks
    const scored = [
      { impressions: 500, clicks: 12, rate: 0.02 },
      { impressions: 1_000, clicks: 5, rate: 0.01 },
    ];
    expect(agreementOf(scored, 1).agreement).toBeCloseTo(1 - 7 / 17, 12);
  });

  it('knows how far chance alone is off: the mean deviation of a Poisson count', () => {
    // μ = 1: 2/e; μ = 2.5: 2 e^−2.5 2.5³ / 2!
    expect(meanAbsoluteDeviation(1, 1)).toBeCloseTo(2 / Math.E, 12);
    expect(meanAbsoluteDeviation(2.5, 1)).toBeCloseTo(Math.exp(-2.5) * 2.5 ** 3, 12);
    expect(meanAbsoluteDeviation(0, 1)).toBe(0);
  });

  it('knows how far counts are off that scatter more: the mean deviation of a negative binomial', () => {
    // φ = 2, μ = 1 is geometric, p(k) = 2^−(k+1): 1 · 1/2 + Σ (k − 1) 2^−(k+1) = 1/2 + 1/2
    expect(meanAbsoluteDeviation(1, 2)).toBeCloseTo(1, 9);
    // φ = 3, μ = 2: p(k) = (1/3) (2/3)^k; below the mean 2 · 1/3 + 1 · 2/9 = 8/9, and as much above it.
    expect(meanAbsoluteDeviation(2, 3)).toBeCloseTo(16 / 9, 9);
    // No deviation is more than twice the mean, however wild the counts.
    expect(meanAbsoluteDeviation(0.5, 400)).toBeLessThan(1);
    expect(meanAbsoluteDeviation(2.5, 1 + 1e-7)).toBeCloseTo(meanAbsoluteDeviation(2.5, 1), 5);
  });

  it('of a perfect predictor is what its ceiling says, however little traffic', () => {
    const random = generator(4);
    for (const impressions of [500, 2_000]) {
      const scored = Array.from({ length: 3_000 }, () => {
        const rate = 0.015 * Math.exp(0.4 * normal(random));
        return { impressions, clicks: poisson(impressions * rate, random), rate };
      });
      const { accuracy } = agreementOf(scored, 1);
      expect(Math.abs((accuracy ?? 0) - 1)).toBeLessThan(0.03);
    }
  });

  it('of a perfect predictor is 1 with few clicks too, and where hours scatter', () => {
    const random = generator(14);
    const ratio = (impressions: number, hour_sd: number): number => {
      const mean = (impressions * 0.015) / 24;
      const scored = Array.from({ length: 6_000 }, () => {
        let clicks = 0;
        for (let hour = 0; hour < 24; hour++)
          clicks += poisson(mean * Math.exp(hour_sd * normal(random) - hour_sd ** 2 / 2), random);
        return { impressions, clicks, rate: 0.015 };
      });
      return agreementOf(scored, 1 + mean * Math.expm1(hour_sd ** 2)).accuracy ?? 0;
    };
    expect(Math.abs(ratio(250, 0) - 1)).toBeLessThan(0.06);
    expect(Math.abs(ratio(4_000, 0.6) - 1)).toBeLessThan(0.03);
  });

  it.each([
    ['by chance', 1],
    ['three times as much as by chance', 3],
  ])('has an interval that covers the truth in about 95 of 100 samples where clicks scatter %s', (_, dispersion) => {
    const random = generator(5);
    // A Poisson count of days that each draw their own rate: variance φ times the mean.
    const clicksOf = (mean: number): number => {
      let clicks = 0;
      const days = 9;
      const sd = Math.sqrt(Math.log1p((dispersion - 1) / (mean / days)));
      for (let day = 0; day < days; day++)
        clicks += poisson((mean / days) * Math.exp(sd * normal(random) - sd ** 2 / 2), random);
      return clicks;
    };
    const sample = (n: number): { impressions: number; clicks: number; rate: number }[] =>
      Array.from({ length: n }, () => {
        const rate = 0.02 * Math.exp(0.3 * normal(random));
        const clicks = clicksOf(3_000 * rate);
        return { impressions: 3_000, clicks, rate: rate * Math.exp(0.25 * normal(random)) };
      });
    const truth = agreementOf(sample(100_000), dispersion).accuracy ?? 0;
    const runs = 400;
    let covered = 0;
    for (let i = 0; i < runs; i++) {
      const { low, high } = agreementOf(sample(60), dispersion);
      if ((low ?? 1) <= truth && truth <= (high ?? 0)) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.91);
    expect(covered / runs).toBeLessThan(0.98);
  });

  it('is unknown without clicks', () => {
    expect(agreementOf([], 1).accuracy).toBeNull();
    expect(
      agreementOf(
        [
          { impressions: 10, clicks: 0, rate: 0.1 },
          { impressions: 10, clicks: 0, rate: 0.1 },
        ],
        1,
      ),
    ).toMatchObject({
      agreement: null,
    });
  });
});

describe('dispersion', () => {
  it('is Pearson’s: Σ (c − nr)² / nr over its degrees of freedom', () => {
    // Hours 10 of 100 and 20 of 100: r = .15, (25 + 25)/15 = 10/3, one degree; drawn to 1 by 20: (10/3 + 20)/21
    const sums = withChiSquared(no_dispersion, { impressions: 200, clicks: 30, windows: 2, squares: 1 + 4 });
    expect(sums.chi_squared).toBeCloseTo(10 / 3, 12);
    expect(dispersionOf(sums)).toBeCloseTo((10 / 3 + 20) / 21, 12);
  });

  it('finds the scatter of overdispersed hours, and 1 for chance', () => {
    const random = generator(6);
    const of = (sd: number): number => {
      let sums = no_dispersion;
      for (let ad = 0; ad < 100; ad++) {
        const hours = Array.from({ length: 72 }, () => poisson(15 * Math.exp(sd * normal(random)), random));
        const clicks = hours.reduce((a, b) => a + b, 0);
        const squares = hours.reduce((sum, c) => sum + (c * c) / 1_000, 0);
        sums = withChiSquared(sums, { impressions: 72_000, clicks, windows: 72, squares });
      }
      return dispersionOf(sums);
    };
    expect(of(0)).toBeLessThan(1.05);
    // 1 + μ (e^{sd²} − 1) with μ = 15 e^{sd²/2}, sd .3: 1 + 15.7 × .0942 = 2.48
    expect(of(0.3)).toBeGreaterThan(2.2);
    expect(of(0.3)).toBeLessThan(2.8);
  });
});
