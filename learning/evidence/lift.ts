/** How much better: the relative lift of a winner over its best rival, shrunken against the winner's curse. */
import { studentQuantile } from '../numeric.ts';
import { logTMixture, type Sums } from './t-mixture.ts';

export interface Lift {
  /** Posterior mean of the relative lift; its prior is normal around 0. */
  readonly lift: number;
  readonly low: number;
  readonly high: number;
}

/** Half-width of a 95 % interval in standard deviations. */
const z95 = 1.959964;
const upper = 0.975;

/** Normal–normal shrinkage of an observed lift with a variance to a prior around 0. */
function shrunken(observed: number, variance: number, prior_sd: number): Lift {
  const prior_variance = prior_sd * prior_sd;
  const weight = prior_variance / (prior_variance + variance);
  const lift = weight * observed;
  const sd = Math.sqrt(weight * variance);
  return { lift, low: lift - z95 * sd, high: lift + z95 * sd };
}

const unknownLift = (prior_sd: number): Lift => ({ lift: 0, low: -z95 * prior_sd, high: z95 * prior_sd });

/**
 * Lift over blocks: the mean block difference over the rival's rate, L = (S/n)/r with standard error s/(√n·r). Without
 * two blocks nothing but the prior is known.
 */
export function shrunkenLift({ n, sum, sum_squares }: Sums, rival_rate: number, prior_sd: number): Lift {
  if (n < 2 || rival_rate <= 0) return unknownLift(prior_sd);
  const mean = sum / n;
  const variance = Math.max(0, (sum_squares - n * mean * mean) / (n - 1)) / n / (rival_rate * rival_rate);
  // Of few blocks the variance is itself a guess: as much wider as Student's t is than the normal.
  const guess = studentQuantile(upper, n - 1) / z95;
  return shrunken(mean / rival_rate, variance * guess * guess, prior_sd);
}

/**
 * Lift of counts c₁ of n₁ over c₀ of n₀, shrunken as the log of the ratio of rates, whose variance is 1/c₁ + 1/c₀: on its
 * own scale a large ratio would have a variance to match, and be drawn to nothing for being large.
 */
export function shrunkenLiftOfCounts(c1: number, n1: number, c0: number, n0: number, prior_sd: number): Lift {
  if (c1 <= 0 || c0 <= 0 || n1 <= 0 || n0 <= 0) return unknownLift(prior_sd);
  const { lift, low, high } = shrunken(Math.log(c1 / n1 / (c0 / n0)), 1 / c1 + 1 / c0, prior_sd);
  return { lift: Math.expm1(lift), low: Math.expm1(low), high: Math.expm1(high) };
}

/** Quantile of the standard normal at which nine in ten are found. */
const z_power = 1.281552;
const halvings = 50;
const most_t = 1e3;

/** t of the mean of `n` differences from which the t-mixture reaches `log_needed`; Infinity where none does. */
export function neededT(n: number, log_needed: number, c2: number): number {
  // Differences of mean t/√n and standard deviation 1.
  const logAt = (t: number): number => logTMixture({ n, sum: t * Math.sqrt(n), sum_squares: n - 1 + t * t }, c2);
  if (n < 2 || logAt(most_t) < log_needed) return Infinity;
  let [low, high] = [0, most_t];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (logAt(middle) >= log_needed) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Smallest relative lift that `blocks` of independent counts, `successes` of each arm in all, show in nine of ten
 * experiments; Infinity for none. The t that is needed, and how far Student's t with few degrees of freedom f strays:
 * its non-centrality is t(1 − 1/4f) + z √(1 + t²/2f) (Johnson and Kotz, Continuous Univariate Distributions 2, §31.6).
 * Against the rule run on drawn hours (`plan.ts`): .318 and .336 at 11 blocks, .148 and .156 at 25.
 */
export function detectableLift(successes: number, blocks: number, log_needed: number, c2: number): number {
  const t = neededT(blocks, log_needed, c2);
  if (!(successes > 0) || t === Infinity) return Infinity;
  const f = blocks - 1;
  const noncentrality = t * (1 - 1 / (4 * f)) + z_power * Math.sqrt(1 + (t * t) / (2 * f));
  return noncentrality * Math.sqrt(2 / successes);
}
