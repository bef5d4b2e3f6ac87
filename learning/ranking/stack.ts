/**
 * Experts joined and calibrated in one: the log odds that a beats b are a weighted sum of the experts' differences of
 * scores (stacking; Wolpert 1992, with Platt's logistic link), without a constant, so that P(a > b) + P(b > a) = 1. It is
 * fitted to predictions made before their outcome was learned, never to fitted values.
 */

/** A pair predicted before its outcome was known. */
export interface PredictedPair {
  /** Score of a less score of b, by expert. */
  readonly differences: readonly number[];
  /** Whether a had the higher click rate. */
  readonly a_won: boolean;
}

/** Log odds by expert for each unit of difference. */
export type Slopes = readonly number[];

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

export const logOdds = (slopes: Slopes, differences: readonly number[]): number =>
  slopes.reduce((sum, slope, k) => sum + slope * (differences[k] ?? 0), 0);

/** x with A · x = b by Gaussian elimination, for the few unknowns there are; A is positive definite. */
function solveSmall(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const n = b.length;
  const m = a.map((row, i) => [...row, b[i] ?? 0]);
  for (let c = 0; c < n; c++) {
    const pivot = m[c] ?? [];
    for (let i = 0; i < n; i++) {
      if (i === c) continue;
      const factor = (m[i]?.[c] ?? 0) / (pivot[c] ?? 1);
      m[i] = (m[i] ?? []).map((x, j) => x - factor * (pivot[j] ?? 0));
    }
  }
  return m.map((row, i) => (row[n] ?? 0) / (row[i] ?? 1));
}

const newton_steps = 12;

/**
 * Slopes by penalised maximum likelihood around `prior`, which weighs as much as `prior_precision` (in pairs of unit
 * information; larger holds nearer to the prior).
 */
export function fitStack(pairs: readonly PredictedPair[], prior: Slopes, prior_precision: number): Slopes {
  let slopes = [...prior];
  for (let step = 0; step < newton_steps; step++) {
    const gradient = prior.map((value, k) => prior_precision * (value - (slopes[k] ?? 0)));
    const curvature = prior.map((_, k) => prior.map((__, l) => (k === l ? prior_precision : 0)));
    for (const { differences, a_won } of pairs) {
      const p = logistic(logOdds(slopes, differences));
      for (let k = 0; k < prior.length; k++) {
        const d = differences[k] ?? 0;
        gradient[k] = (gradient[k] ?? 0) + ((a_won ? 1 : 0) - p) * d;
        const row = curvature[k] ?? [];
        for (let l = 0; l < prior.length; l++) row[l] = (row[l] ?? 0) + p * (1 - p) * d * (differences[l] ?? 0);
      }
    }
    const change = solveSmall(curvature, gradient);
    slopes = slopes.map((value, k) => value + (change[k] ?? 0));
    if (Math.max(...change.map(Math.abs)) < 1e-9) break;
  }
  return slopes;
}
