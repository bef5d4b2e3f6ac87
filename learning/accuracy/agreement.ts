/**
 * How accurate predicted rates were, and how accurate they could have been. A = 1 − Σ|c − n·p̂| / Σc; C is what A a
 * predictor has that knows every true rate, so that A / C speaks of the predictor and not of the traffic.
 */
import { lgamma, normalQuantile } from '../numeric.ts';

export interface Scored {
  readonly impressions: number;
  readonly clicks: number;
  /** Predicted, fraction. */
  readonly rate: number;
}

export interface Agreement {
  /** A; null without clicks. */
  readonly agreement: number | null;
  /** C; null without clicks. */
  readonly ceiling: number | null;
  /** A / C; null where either is, or where C leaves nothing to reach. */
  readonly accuracy: number | null;
  /** 95 % interval, ads as units. */
  readonly low: number | null;
  readonly high: number | null;
}

const unknown: Agreement = { agreement: null, ceiling: null, accuracy: null, low: null, high: null };
const z95 = normalQuantile(0.975);

/**
 * Mean absolute deviation of a count from its mean μ. By chance alone the count is Poisson: 2 (m + 1) p(m + 1) with
 * m = ⌊μ⌋ (E. Crow, Biometrika 45, 1958). Where counts scatter φ times as much it is negative binomial with that
 * variance: φ times the same of its own p (P. Diaconis and S. Zabell, Statistical Science 6, 1991).
 * @param dispersion φ, variance over mean; below 1 it counts as 1
 */
export function meanAbsoluteDeviation(mean: number, dispersion: number): number {
  if (mean <= 0) return 0;
  const next = Math.floor(mean) + 1;
  if (dispersion <= 1 + 1e-9) return 2 * Math.exp(next * Math.log(mean) - mean - lgamma(next));
  const size = mean / (dispersion - 1);
  const log_p =
    lgamma(next + size) -
    lgamma(size) -
    lgamma(next) -
    size * Math.log(dispersion) +
    next * Math.log((dispersion - 1) / dispersion);
  return 2 * dispersion * Math.exp(log_p);
}

/**
 * The same where of the mean only the count is known. A deviation grows as the root of the mean, and the mean of a
 * root is below the root of the mean: a quarter of the dispersion on top makes up for that.
 */
const expectedDeviation = (count: number, dispersion: number): number =>
  meanAbsoluteDeviation(count + Math.max(1, dispersion) / 4, dispersion);

/** A, C and their ratio; the interval is that of a ratio of sums (delta method, C taken as known). */
export function agreementOf(scored: readonly Scored[], dispersion: number): Agreement {
  const clicks = scored.reduce((sum, one) => sum + one.clicks, 0);
  const n = scored.length;
  if (clicks === 0 || n < 2) return unknown;
  const errors = scored.map((one) => Math.abs(one.clicks - one.impressions * one.rate));
  const ratio = errors.reduce((sum, error) => sum + error, 0) / clicks;
  const least = scored.reduce((sum, one) => sum + expectedDeviation(one.clicks, dispersion), 0) / clicks;
  const squares = scored.reduce((sum, one, i) => sum + ((errors[i] ?? 0) - ratio * one.clicks) ** 2, 0);
  const se = Math.sqrt((squares * n) / (n - 1)) / clicks;
  const [agreement, ceiling] = [1 - ratio, 1 - least];
  if (ceiling <= 0) return { ...unknown, agreement, ceiling };
  return {
    agreement,
    ceiling,
    accuracy: agreement / ceiling,
    low: (agreement - z95 * se) / ceiling,
    high: (agreement + z95 * se) / ceiling,
  };
}
