import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generator, normal, poisson } from '../numeric.ts';
import { equalWeights, mixed, presentWeights, reweighted } from './fixed-share.ts';
import { isMissed, rateInterval, stretched } from './interval.ts';
import { logLoss, overdispersedLogLoss } from './outcome-loss.ts';
import { shapeOf, updated } from './posterior.ts';
import { calibrated, fitted, identity } from './recalibration.ts';

const rate = fc.double({ min: 0.001, max: 0.2, noNaN: true });

describe('the loss of a prediction', () => {
  it('is the negative binomial’s, less what no prediction changes', () => {
    // n = 1,000, p = .02, c = 25, s = 10: 35 ln 30 − 25 ln 20 − 10 ln 10 = 119.0419 − 74.8933 − 23.0259
    expect(overdispersedLogLoss(0.02, { impressions: 1_000, clicks: 25 }, 10)).toBeCloseTo(21.1228, 3);
    // n = 100, p = .1, c = 8: −(8 ln .1 + 92 ln .9)/100 = (18.42068 + 9.69317)/100
    expect(logLoss(0.1, { impressions: 100, clicks: 8 })).toBeCloseTo(0.2811385, 6);
  });

  it('is least in expectation at the truth, however many impressions', () => {
    for (const impressions of [100, 10_000]) {
      const expected = (p: number): number => overdispersedLogLoss(p, { impressions, clicks: impressions * 0.02 }, 10);
      expect(expected(0.02)).toBeLessThan(expected(0.018));
      expect(expected(0.02)).toBeLessThan(expected(0.022));
    }
  });

  it('of one ad is bounded by the scatter of ads, not by its impressions', () => {
    const gap = (impressions: number): number =>
      overdispersedLogLoss(0.015, { impressions, clicks: impressions * 0.02 }, 10) -
      overdispersedLogLoss(0.02, { impressions, clicks: impressions * 0.02 }, 10);
    // 10 (ln .75 + 1/.75 − 1) = .4565 as impressions grow.
    expect(gap(1e7)).toBeCloseTo(0.4565, 3);
    expect(gap(1e7)).toBeGreaterThan(gap(1_000));
  });
});

describe('the mixture', () => {
  it('moves to the expert that lost less, by Bayes and a share', () => {
    // Likelihoods 1 and e^−1: 1/(1 + .367879) = .731059; shared .1: .9 × .731059 + .05
    expect(reweighted([0.5, 0.5], [0, 1], 0)[0]).toBeCloseTo(0.731059, 6);
    expect(reweighted([0.5, 0.5], [0, 1], 0.1)[0]).toBeCloseTo(0.707953, 6);
  });

  it('neither rewards nor punishes an absent expert', () => {
    const after = reweighted([0.5, 0.3, 0.2], [0, 1, null], 0);
    expect(after[2]).toBeCloseTo(0.2, 12);
    expect(reweighted([0.5, 0.5], [null, null], 0.1)).toEqual([0.5, 0.5]);
    expect(mixed([0.5, 0.3, 0.2], [0.01, 0.03, null])).toBeCloseTo((0.5 * 0.01 + 0.3 * 0.03) / 0.8, 12);
    expect(mixed([0.5, 0.5], [null, null])).toBeNull();
    expect(presentWeights([0.5, 0.5], [null, null])).toEqual([0, 0]);
  });

  it('keeps weights that sum to one and never dies, whatever the losses', () => {
    const loss = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.tuple(loss, loss, loss), { maxLength: 30 }), (rounds) => {
        const weights = rounds.reduce((known, losses) => reweighted(known, losses, 0.02), equalWeights(3));
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        for (const weight of weights) expect(weight).toBeGreaterThan(0);
      }),
    );
  });

  it('loses at most ln K against the best expert without switching', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(rate, rate, fc.boolean()), { minLength: 1, maxLength: 60 }), (rounds) => {
        let weights = equalWeights(2);
        const total = [0, 0, 0];
        for (const [a, b, clicked] of rounds) {
          const of = (p: number): number => logLoss(p, { impressions: 1, clicks: clicked ? 1 : 0 });
          const losses = [of(a), of(b)];
          total[2] = (total[2] ?? 0) + of(mixed(weights, [a, b]) ?? 0.5);
          losses.forEach((loss, k) => (total[k] = (total[k] ?? 0) + loss));
          weights = reweighted(weights, losses, 0);
        }
        expect(total[2]).toBeLessThanOrEqual(Math.min(total[0] ?? 0, total[1] ?? 0) + Math.LN2 + 1e-9);
      }),
    );
  });

  it('follows when the best expert changes, where weights that never share stay behind', () => {
    const losses = Array.from({ length: 200 }, (_, i) => (i < 150 ? [0, 0.5] : [0.5, 0]));
    const after = (share: number): number => losses.reduce((w, l) => reweighted(w, l, share), equalWeights(2))[1] ?? 0;
    expect(after(0.02)).toBeGreaterThan(0.9);
    expect(after(0)).toBeLessThan(0.01);
  });
});

describe('a belief about a rate', () => {
  it('is the gamma–Poisson posterior', () => {
    // (10 + 30) / (10/.02 + 1,000) = 40 / 1,500
    expect(updated({ rate: 0.02, shape: 10 }, { impressions: 1_000, clicks: 30 })).toEqual({
      rate: 40 / 1_500,
      shape: 40,
    });
  });

  it('knows how far ads lie apart once it has seen some', () => {
    const random = generator(3);
    const rates = Array.from({ length: 400 }, () => 0.02 * Math.exp(0.3 * normal(random) - 0.045));
    const seen = rates.map((p) => poisson(5_000 * p, random) / 5_000);
    const sum = (of: (x: number) => number): number => seen.reduce((total, x) => total + of(x), 0);
    const moments = {
      count: seen.length,
      sum: sum((x) => x),
      squares: sum((x) => x * x),
      noise: sum((x) => x / 5_000),
    };
    // Var/mean² of a log-normal with sd .3: e^.09 − 1 = .0942, so a shape of 10.6.
    expect(shapeOf(moments, 5, [2, 100])).toBeGreaterThan(8.5);
    expect(shapeOf(moments, 5, [2, 100])).toBeLessThan(13);
    expect(shapeOf({ ...moments, count: 3 }, 5, [2, 100])).toBe(5);
    expect(shapeOf({ ...moments, noise: 1e9 }, 5, [2, 100])).toBe(100);
  });
});

describe('recalibration', () => {
  it('changes nothing without outcomes', () => {
    expect(fitted([], 10, 0.5)).toEqual(identity);
    fc.assert(
      fc.property(rate, (p) => {
        expect(calibrated(identity, p)).toBeCloseTo(p, 12);
      }),
    );
  });

  it('undoes predictions that are twice what happens', () => {
    const outcomes = Array.from({ length: 400 }, (_, i) => {
      const p = 0.01 + 0.0001 * (i % 100);
      return { rate: 2 * p, impressions: 20_000, clicks: Math.round(20_000 * p) };
    });
    const calibration = fitted(outcomes, 20, 1);
    for (const p of [0.012, 0.015, 0.018]) expect(calibrated(calibration, 2 * p) / p).toBeCloseTo(1, 1);
  });

  it('never turns an order around', () => {
    const outcome = fc.record({ rate, impressions: fc.constant(5_000), clicks: fc.integer({ min: 0, max: 400 }) });
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 40 }), rate, rate, (outcomes, p, q) => {
        const calibration = fitted(outcomes, 10, 0.5);
        const [low, high] = [Math.min(p, q), Math.max(p, q)];
        expect(calibrated(calibration, low)).toBeLessThanOrEqual(calibrated(calibration, high) + 1e-12);
      }),
    );
  });
});

describe('the interval', () => {
  it('is z standard deviations of the log either way', () => {
    const { low, high } = rateInterval(0.02, 0.1, 1);
    expect(low).toBeCloseTo(0.02 * Math.exp(-0.1959964), 9);
    expect(high).toBeCloseTo(0.02 * Math.exp(0.1959964), 9);
  });

  it('learns to miss one in twenty, where the errors are three times what was thought', () => {
    const random = generator(5);
    let stretch = 1;
    let missed = 0;
    for (let i = 0; i < 6_000; i++) {
      const truth = 0.02 * Math.exp(0.6 * normal(random));
      const outcome = { impressions: 20_000, clicks: poisson(20_000 * truth, random) };
      const miss = isMissed(0.02, 0.2, stretch, outcome);
      if (i >= 2_000 && miss) missed++;
      stretch = stretched(stretch, miss, 0.05);
    }
    expect(missed / 4_000).toBeGreaterThan(0.035);
    expect(missed / 4_000).toBeLessThan(0.065);
    expect(stretch).toBeGreaterThan(2);
  });
});
