/**
 * Effects of text on click rate as a linear mixed model over tests: the posterior mean of β (see contrasts.ts) under
 * β ~ N(0, Λ), which is generalised ridge regression of log click rates with an intercept a test. Solved by conjugate
 * gradients, so that a hundred thousand features cost seconds.
 */
import { solve } from './conjugate-gradient.ts';
import { contrastWeights, logRate, type Noise } from './contrasts.ts';
import type { Block } from './contest.ts';
import { design, scaled, scores, transposed, type Design } from './design.ts';
import { priorScales, type Variances } from './scales.ts';

export interface MixedModelOptions {
  readonly variances: Variances;
  readonly noise: Noise;
}

const cg = { tolerance: 1e-3, most_steps: 80 };

/** P · u, block by block. */
function weighted({ starts }: Design, weights: readonly Float64Array[], u: Float64Array): Float64Array {
  const product = new Float64Array(u.length);
  weights.forEach((p, k) => {
    const from = starts[k] ?? 0;
    const n = (starts[k + 1] ?? 0) - from;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (p[i * n + j] ?? 0) * (u[from + j] ?? 0);
      product[from + i] = sum;
    }
  });
  return product;
}

/** Coefficients of the raw features: a difference of scores is an expected difference of log click rates. */
export function fitMixedModel(blocks: readonly Block[], { variances, noise }: MixedModelOptions): Float32Array {
  const scales = priorScales(blocks, variances);
  const x = design(blocks, scales);
  const weights = blocks.map((block) => contrastWeights(block, scales, noise));
  const y = Float64Array.from(
    blocks.flatMap(({ clicks, impressions }) => clicks.map((n, i) => logRate(n, impressions[i] ?? 0))),
  );
  const times = (v: Float64Array): Float64Array => {
    const image = transposed(x, weighted(x, weights, scores(x, v)));
    return image.map((value, j) => value + (v[j] ?? 0));
  };
  const right = transposed(x, weighted(x, weights, y));
  return Float32Array.from(scaled(solve(times, right, new Float64Array(scales.length), cg), scales));
}
