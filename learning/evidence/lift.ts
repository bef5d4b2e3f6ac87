/** How much better: the relative lift of a winner over its best rival, shrunken against the winner's curse. */
import type { Sums } from './t-mixture.ts';

export interface Lift {
  /** Posterior mean of the relative lift; its prior is normal around 0. */
  readonly lift: number;
  readonly low: number;
  readonly high: number;
}

/** Half-width of a 95 % interval in standard deviations. */
const z95 = 1.959964;

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
  return shrunken(mean / rival_rate, variance, prior_sd);
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

/** Successes of the smaller arm times the squared lift at which nine in ten true winners of a family of 30 are found. */
const information = 150;

/**
 * Smallest relative lift that so many successes of the smaller arm are likely to show; from simulation of independent
 * hours (`evaluate winners`: .46 at 79, .996 at 180), overdispersed ones need a little more. Infinity for none.
 */
export const detectableLift = (successes: number): number =>
  successes > 0 ? Math.sqrt(information / successes) : Infinity;
