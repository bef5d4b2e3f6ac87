/**
 * Pairwise logistic regression (RankNet's linear case; Burges et al., ICML 2005; Bradley & Terry 1952): the log odds
 * that one headline is clicked more often than another are the difference of their scores. Penalised maximum likelihood
 * by Newton's method, each step solved by conjugate gradients.
 */
import { solve } from './conjugate-gradient.ts';
import type { Block } from './contest.ts';
import { design, scaled, scores, transposed, type Design } from './design.ts';

export interface PairwiseOptions {
  /** Prior standard deviation of each feature's coefficient. */
  readonly scales: (blocks: readonly Block[]) => Float64Array;
  /** `equal`: each pair counts once. `information`: by how far apart the pair is, and tests with many arms less. */
  readonly weighting: 'equal' | 'information';
}

interface WeightedPair {
  readonly better: number;
  readonly worse: number;
  readonly weight: number;
}

/** Impressions both headlines of a pair need. */
const least_pair_impressions = 500;
/** z from which a larger difference adds no weight. */
const most_z = 3;

/** Two-proportion z statistic with the pooled rate. */
export function twoProportionZ(clicks_a: number, n_a: number, clicks_b: number, n_b: number): number {
  const pooled = (clicks_a + clicks_b) / (n_a + n_b);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b));
  return error === 0 ? 0 : (clicks_a / n_a - clicks_b / n_b) / error;
}

function pairsOf(
  { clicks, impressions }: Block,
  from: number,
  weighting: PairwiseOptions['weighting'],
): WeightedPair[] {
  const pairs: WeightedPair[] = [];
  for (let i = 0; i < clicks.length; i++)
    for (let j = 0; j < i; j++) {
      const n_i = impressions[i] ?? 0;
      const n_j = impressions[j] ?? 0;
      if (Math.min(n_i, n_j) < least_pair_impressions) continue;
      const z = twoProportionZ(clicks[i] ?? 0, n_i, clicks[j] ?? 0, n_j);
      if (z === 0) continue;
      const weight = weighting === 'equal' ? 1 : (2 * Math.min(most_z, Math.abs(z))) / clicks.length;
      pairs.push({ better: from + (z > 0 ? i : j), worse: from + (z > 0 ? j : i), weight });
    }
  return pairs;
}

const newton_steps = 4;
const cg = { tolerance: 0.03, most_steps: 30 };

/** One Newton step from `v`. */
function step(x: Design, pairs: readonly WeightedPair[], v: Float64Array): Float64Array {
  const current = scores(x, v);
  const pull = new Float64Array(current.length);
  const curvature = pairs.map(({ better, worse, weight }) => {
    const p = 1 / (1 + Math.exp((current[worse] ?? 0) - (current[better] ?? 0)));
    pull[better] = (pull[better] ?? 0) + weight * (1 - p);
    pull[worse] = (pull[worse] ?? 0) - weight * (1 - p);
    return weight * p * (1 - p);
  });
  const gradient = transposed(x, pull).map((g, j) => g - (v[j] ?? 0));
  const times = (d: Float64Array): Float64Array => {
    const s = scores(x, d);
    const u = new Float64Array(s.length);
    pairs.forEach(({ better, worse }, k) => {
      const force = (curvature[k] ?? 0) * ((s[better] ?? 0) - (s[worse] ?? 0));
      u[better] = (u[better] ?? 0) + force;
      u[worse] = (u[worse] ?? 0) - force;
    });
    return transposed(x, u).map((value, j) => value + (d[j] ?? 0));
  };
  const change = solve(times, gradient, new Float64Array(v.length), cg);
  return v.map((value, j) => value + (change[j] ?? 0));
}

/** Coefficients of the raw features: a difference of scores is a log odds. */
export function fitPairwise(blocks: readonly Block[], options: PairwiseOptions): Float32Array {
  const scales = options.scales(blocks);
  const x = design(blocks, scales);
  const pairs = blocks.flatMap((block, k) => pairsOf(block, x.starts[k] ?? 0, options.weighting));
  let v: Float64Array = new Float64Array(scales.length);
  for (let k = 0; k < newton_steps; k++) v = step(x, pairs, v);
  return Float32Array.from(scaled(v, scales));
}
