/**
 * Sequential sample ratio test (M. Lindon and A. Malek, arXiv 2011.03567): do the arms get the share of users they were
 * to get? Multinomial likelihood against a Dirichlet prior around the plan; valid whenever one looks.
 */
import { chiSquareQuantile, lgamma } from '../numeric.ts';

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

/**
 * How much more the arms' daily shares vary than those of users assigned one by one: users see an ad several times, and
 * auctions pace. Each day is held against the shares of all days before it, so that a steady mismatch is no variation.
 */
export interface Dispersion {
  /** Hours and impressions of each arm in the day under way. */
  readonly hours: number;
  readonly day: readonly number[];
  /** Impressions of each arm in all days before. */
  readonly before: readonly number[];
  /** Days that were held against those before, and the sum of their Pearson statistics. */
  readonly days: number;
  readonly chi2: number;
}

const hours_per_day = 24;

export const noDispersion = (arms: number): Dispersion => ({
  hours: 0,
  day: new Array<number>(arms).fill(0),
  before: new Array<number>(arms).fill(0),
  days: 0,
  chi2: 0,
});

/** Lets an hour pass with these impressions of each arm. */
export function dispersedBy(seen: Dispersion, impressions: readonly number[]): Dispersion {
  const day = seen.day.map((n, arm) => n + (impressions[arm] ?? 0));
  if (seen.hours + 1 < hours_per_day) return { ...seen, hours: seen.hours + 1, day };
  const { before } = seen;
  const all = before.reduce((sum, n) => sum + n, 0);
  const today = day.reduce((sum, n) => sum + n, 0);
  const next = { hours: 0, day: day.map(() => 0), before: before.map((n, arm) => n + (day[arm] ?? 0)) };
  if (today === 0 || before.some((n) => n <= 0)) return { ...seen, ...next };
  let pearson = 0;
  day.forEach((n, arm) => {
    const expected = (today * (before[arm] ?? 0)) / all;
    pearson += (n - expected) ** 2 / expected;
  });
  // The shares before are themselves estimates.
  return { ...next, days: seen.days + 1, chi2: seen.chi2 + pearson / (1 + today / all) };
}

/** Days without which nothing is known of the variation. */
const least_days = 3;

/** Upper 95 % bound of the variance over that of independent users; undefined while too few days have passed. */
export function dispersionBound({ days, chi2, before }: Dispersion): number | undefined {
  if (days < least_days) return undefined;
  return Math.max(1, chi2 / chiSquareQuantile(0.05, days * (before.length - 1)));
}
