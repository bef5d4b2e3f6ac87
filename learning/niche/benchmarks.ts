/** How an account's click rate stands among those of its niche. */
import { normalCdf, normalQuantile } from '../numeric.ts';

export interface Benchmarks {
  /** Click rates that a quarter, half, three quarters and nine tenths of accounts do not reach, fractions. */
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  /** Share of accounts below the account's own rate; null where it has none. */
  readonly standing: number | null;
}

/** Accounts' rates are taken to be log-normal around the niche's middle one. */
export function benchmarksOf(middle: number, log_sd: number, own: number | null): Benchmarks {
  const at = (share: number): number => Math.min(1, middle * Math.exp(log_sd * normalQuantile(share)));
  const standing = own === null || own <= 0 ? null : normalCdf(Math.log(own / middle) / log_sd);
  return { p25: at(0.25), p50: middle, p75: at(0.75), p90: at(0.9), standing };
}
