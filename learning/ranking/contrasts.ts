/**
 * The information in the contrasts of one test. With y the log click rates of its headlines,
 *
 *   y = α·1 + X·(β + γ) + ε,   γ ~ N(0, κ·Λ),   ε ~ N(0, diag(σ² + 1/clicks)),
 *
 * where α is the test's own level (audience, time, image, subject), β what holds in every test, γ how this test departs
 * from it (a word does not do the same in every story) and σ² what no feature explains. The weight of the contrasts is
 * P = Ω⁻¹ − Ω⁻¹1·1ᵀΩ⁻¹ / 1ᵀΩ⁻¹1 with Ω = κ·XΛXᵀ + diag(σ² + 1/clicks): α drops out, and headlines that resemble one
 * another do not count as so many trials (Laird & Ware, "Random-effects models for longitudinal data", 1982; 1/clicks is
 * the delta-method variance of a log count).
 */
import type { SparseVector } from '../text/sparse.ts';
import type { Block } from './contest.ts';

export interface Noise {
  /** σ²: variance of a headline's log rate that features do not explain. */
  readonly headline_variance: number;
  /** κ: variance of coefficients between tests, as a multiple of their prior variance Λ. */
  readonly heterogeneity: number;
}

/** Square matrices row by row. */
type Matrix = Float64Array;

/** Inverse of a symmetric positive definite matrix by Gauss–Jordan elimination without pivoting. */
export function inverse(matrix: Matrix, n: number): Matrix {
  const left = Float64Array.from(matrix);
  const right = new Float64Array(n * n);
  for (let i = 0; i < n; i++) right[i * n + i] = 1;
  const at = (m: Matrix, i: number, j: number): number => m[i * n + j] ?? 0;
  for (let c = 0; c < n; c++) {
    const pivot = at(left, c, c);
    for (let j = 0; j < n; j++) {
      left[c * n + j] = at(left, c, j) / pivot;
      right[c * n + j] = at(right, c, j) / pivot;
    }
    for (let i = 0; i < n; i++) {
      const factor = at(left, i, c);
      if (i === c || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        left[i * n + j] = at(left, i, j) - factor * at(left, c, j);
        right[i * n + j] = at(right, i, j) - factor * at(right, c, j);
      }
    }
  }
  return right;
}

/** Inner product of two sparse vectors under squared scales. */
function scaledInner(a: SparseVector, b: SparseVector, scales: Float64Array): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.indices.length && j < b.indices.length;) {
    const p = a.indices[i] ?? 0;
    const q = b.indices[j] ?? 0;
    if (p === q) sum += (a.values[i] ?? 0) * (b.values[j] ?? 0) * (scales[p] ?? 0) ** 2;
    if (p <= q) i++;
    if (q <= p) j++;
  }
  return sum;
}

/** Log click rate, half a click and one impression added so that it exists without clicks. */
export const logRate = (clicks: number, impressions: number): number => Math.log((clicks + 0.5) / (impressions + 1));

/** P of a test, row by row: positive semidefinite, rows summing to 0. */
export function contrastWeights({ vectors, clicks }: Block, scales: Float64Array, noise: Noise): Matrix {
  const n = vectors.length;
  const covariance = new Float64Array(n * n);
  vectors.forEach((a, i) => {
    vectors.slice(0, i + 1).forEach((b, j) => {
      const shared = noise.heterogeneity === 0 ? 0 : noise.heterogeneity * scaledInner(a, b, scales);
      covariance[i * n + j] = shared;
      covariance[j * n + i] = shared;
    });
    const own = noise.headline_variance + 1 / ((clicks[i] ?? 0) + 0.5);
    covariance[i * n + i] = (covariance[i * n + i] ?? 0) + own;
  });
  const precision = inverse(covariance, n);
  const sums = Array.from({ length: n }, (_, i) => precision.subarray(i * n, i * n + n).reduce((sum, x) => sum + x, 0));
  const total = sums.reduce((sum, x) => sum + x, 0);
  return precision.map((x, at) => x - ((sums[Math.floor(at / n)] ?? 0) * (sums[at % n] ?? 0)) / total);
}
