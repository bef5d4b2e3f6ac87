/**
 * e-BH (R. Wang and A. Ramdas, JRSS B 2022, arXiv 2009.02824): of K hypotheses, announce the k with the largest
 * e-values, k as large as k · e₍k₎ / K ≥ 1/α allows. False discovery rate at most α under any dependence.
 */

/** How many are announced. `e_values` in any order; those not given count as zero. */
export function discoveries(e_values: readonly number[], planned: number, alpha: number): number {
  const sorted = [...e_values].sort((a, b) => b - a);
  for (let k = sorted.length; k > 0; k--) if (k * (sorted[k - 1] ?? 0) >= planned / alpha) return k;
  return 0;
}

/** The e-value that is needed to be the `k`-th discovery. */
export const threshold = (planned: number, alpha: number, k: number): number => planned / (alpha * Math.max(1, k));

/** The e-value that one more would need beside `others`, so that e-BH announces it with those of them it announces. */
export function thresholdBeside(others: readonly number[], planned: number, alpha: number): number {
  const sorted = [...others].sort((a, b) => b - a);
  for (let k = sorted.length + 1; k > 1; k--)
    if ((sorted[k - 2] ?? 0) >= threshold(planned, alpha, k)) return threshold(planned, alpha, k);
  return threshold(planned, alpha, 1);
}
