import { describe, expect, it } from 'vitest';
import { generator } from '../numeric.ts';
import { empty_corpus } from '../text/corpus.ts';
import { groups } from '../text/layout.ts';
import { sparse, type SparseVector } from '../text/sparse.ts';
import { solve } from './conjugate-gradient.ts';
import { blockOf, type Block } from './contest.ts';
import { contrastWeights, inverse, logRate } from './contrasts.ts';
import { fitMixedModel } from './mixed-model.ts';
import { outcomePairs } from './outcome-pairs.ts';
import { fitPairwise, twoProportionZ } from './pairwise.ts';
import { evenScales, priorScales } from './scales.ts';
import { fitStack, logistic, type PredictedPair } from './stack.ts';

/** A feature of a group whose features share one scale. */
const feature = groups.get('subjects')?.from ?? 0;
const vectors: readonly SparseVector[] = [sparse(new Map([[feature, 1]])), sparse(new Map())];
const block = (clicks: readonly number[]): Block => ({ vectors, impressions: [1_000, 1_000], clicks });
const blocks = [block([30, 20]), block([25, 21]), block([18, 24])];
/** Of the feature with prior variance v of its group: each of the three tests spreads ½, over six headlines. */
const coefficientVariance = (v: number): number => (v * 6) / (3 * 0.5);

describe('conjugate gradients', () => {
  it('find what a direct solver finds', () => {
    const n = 8;
    const random = generator(5);
    const b = Float64Array.from({ length: n }, () => random() - 0.5);
    const root = Float64Array.from({ length: n * n }, () => random() - 0.5);
    const at = (m: Float64Array, i: number, j: number): number => m[i * n + j] ?? 0;
    const matrix = Float64Array.from({ length: n * n }, (_, e) => {
      const [i, j] = [Math.floor(e / n), e % n];
      let sum = i === j ? 0.5 : 0;
      for (let k = 0; k < n; k++) sum += at(root, i, k) * at(root, j, k);
      return sum;
    });
    const times = (m: Float64Array, v: Float64Array): Float64Array =>
      v.map((_, i) => v.reduce((sum, x, j) => sum + at(m, i, j) * x, 0));
    const found = solve((v) => times(matrix, v), b, new Float64Array(n), { tolerance: 1e-10, most_steps: 50 });
    const direct = times(inverse(matrix, n), b);
    found.forEach((x, i) => expect(x).toBeCloseTo(direct[i] ?? NaN, 7));
  });
});

describe('the contrasts of a test', () => {
  it('of two headlines weigh one over the sum of their variances', () => {
    const weights = contrastWeights(block([30, 20]), new Float64Array(1), {
      headline_variance: 0.05,
      heterogeneity: 0,
    });
    const weight = 1 / (0.05 + 1 / 30.5 + 0.05 + 1 / 20.5);
    [weight, -weight, -weight, weight].forEach((x, i) => expect(weights[i]).toBeCloseTo(x, 9));
  });

  it('leave the level of the test out, whatever headlines share', () => {
    const scales = new Float64Array(feature + 1).fill(1);
    const weights = contrastWeights(block([40, 10]), scales, { headline_variance: 0.1, heterogeneity: 2 });
    expect((weights[0] ?? NaN) + (weights[1] ?? NaN)).toBeCloseTo(0, 9);
    // The feature departs by 2 in this test: its variance joins that of the difference.
    expect(weights[0]).toBeCloseTo(1 / (2 + 0.1 + 1 / 40.5 + 0.1 + 1 / 10.5), 9);
  });
});

describe('the mixed model', () => {
  it('gives the posterior mean of one coefficient worked by hand', () => {
    const v = 0.02;
    const noise = { headline_variance: 0.05, heterogeneity: 0 };
    let precision = 1 / coefficientVariance(v);
    let pull = 0;
    for (const { clicks } of blocks) {
      const [a = 0, b = 0] = clicks;
      const weight = 1 / (0.1 + 1 / (a + 0.5) + 1 / (b + 0.5));
      precision += weight;
      pull += weight * (logRate(a, 1_000) - logRate(b, 1_000));
    }
    const found = fitMixedModel(blocks, { variances: { subjects: v }, noise });
    expect(found[feature]).toBeCloseTo(pull / precision, 6);
  });
});

describe('pairwise logistic regression', () => {
  it('stops where the pull of the pairs is that of the prior', () => {
    const v = 2;
    const found =
      fitPairwise(blocks, {
        scales: (all) => priorScales(all, { subjects: v }),
        weighting: 'equal',
      })[feature] ?? NaN;
    // Two tests won by the feature, one lost.
    const gradient = 2 * (1 - logistic(found)) - logistic(found) - found / coefficientVariance(v);
    expect(gradient).toBeCloseTo(0, 3);
    expect(found).toBeGreaterThan(0);
  });

  it('knows plain ridge, one strength for every feature of a group', () => {
    const found = fitPairwise(blocks, { scales: () => evenScales(['subjects'], 0.5), weighting: 'equal' });
    const at = found[feature] ?? NaN;
    expect(2 * (1 - logistic(at)) - logistic(at) - at / 0.25).toBeCloseTo(0, 3);
  });

  it('uses the two-proportion z of the textbooks', () => {
    // 45/1000 against 30/1000: pooled .0375, standard error .0084964.
    expect(twoProportionZ(45, 1_000, 30, 1_000)).toBeCloseTo(0.015 / 0.0084964, 3);
    expect(twoProportionZ(0, 10, 0, 20)).toBe(0);
  });
});

describe('the stack', () => {
  const random = generator(11);
  const pairs: readonly PredictedPair[] = Array.from({ length: 20_000 }, () => {
    const differences = [random() - 0.5, random() - 0.5];
    return { differences, a_won: random() < logistic(3 * (differences[0] ?? 0)) };
  });

  it('finds the slopes that outcomes were drawn with, so that its probabilities are true', () => {
    const [useful, useless] = fitStack(pairs, [1, 1], 2);
    expect(Math.abs((useful ?? NaN) - 3)).toBeLessThan(0.25);
    expect(Math.abs(useless ?? NaN)).toBeLessThan(0.25);
  });

  it('keeps to its prior without pairs', () => {
    expect(fitStack([], [1.25, 0.3], 2)).toEqual([1.25, 0.3]);
  });
});

describe('what a test says', () => {
  const arm = (headline: string, impressions: number, clicks: number) => ({ headline, body: null, impressions, clicks }); // prettier-ignore

  it('pairs different headlines with different rates that were shown enough', () => {
    const arms = [arm('a', 1_000, 10), arm('a', 1_000, 30), arm('b', 1_000, 10), arm('c', 499, 9), arm('d', 1_000, 20)];
    const pairs = outcomePairs({ test_id: 't', arms });
    // The two of headline a, c (shown too little) and the equal rates of the first and b are left out.
    expect(pairs.map(({ a, b, a_won }) => [a, b, a_won])).toEqual([
      [0, 4, false],
      [1, 2, true],
      [1, 4, true],
      [2, 4, false],
    ]);
  });

  it('sums arms with the same headline, and says nothing with one headline only', () => {
    const found = blockOf({ test_id: 't', arms: [arm('a', 300, 3), arm('b', 400, 5), arm('a', 300, 4)] }, empty_corpus);
    expect(found?.impressions).toEqual([600, 400]);
    expect(found?.clicks).toEqual([7, 5]);
    expect(blockOf({ test_id: 't', arms: [arm('a', 300, 3), arm('a', 300, 4)] }, empty_corpus)).toBeNull();
  });
});
