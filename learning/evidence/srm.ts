/**
 * Sequential sample ratio test (M. Lindon and A. Malek, arXiv 2011.03567): do the arms get the share of users they were
 * to get? Multinomial likelihood against a Dirichlet prior around the plan; valid whenever one looks.
 */
import { lgamma } from '../numeric.ts';

/** Prior weight of the plan, in users: how close to the plan a real mismatch is expected to be. */
const concentration = 1_000;

/** Anytime-valid p-value: small when the counts do not fit the planned shares. `counts` and `shares` in one order. */
export function sampleRatioP(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return 1;
  let log_e = lgamma(concentration) - lgamma(concentration + total);
  counts.forEach((n, i) => {
    const share = shares[i] ?? 0;
    const prior = concentration * share;
    log_e += lgamma(prior + n) - lgamma(prior) - n * Math.log(share);
  });
  return Math.min(1, Math.exp(-log_e));
}
