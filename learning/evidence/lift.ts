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

/**
 * Normal–normal shrinkage of the mean block difference over the rival's rate: observed lift L = (S/n)/r with standard
 * error s/(√n·r), prior N(0, prior_sd²). Without two blocks nothing but the prior is known.
 */
export function shrunkenLift({ n, sum, sum_squares }: Sums, rival_rate: number, prior_sd: number): Lift {
  const prior_variance = prior_sd * prior_sd;
  if (n < 2 || rival_rate <= 0) return { lift: 0, low: -z95 * prior_sd, high: z95 * prior_sd };
  const mean = sum / n;
  const variance = Math.max(0, (sum_squares - n * mean * mean) / (n - 1)) / n / (rival_rate * rival_rate);
  const weight = prior_variance / (prior_variance + variance);
  const lift = weight * (mean / rival_rate);
  const sd = Math.sqrt(weight * variance);
  return { lift, low: lift - z95 * sd, high: lift + z95 * sd };
}

/** Successes of the smaller arm times the squared lift at which nine in ten true winners of a family of 30 are found. */
const information = 150;

/**
 * Smallest relative lift that so many successes of the smaller arm are likely to show; from simulation of independent
 * hours (`evaluate winners`: .46 at 79, .996 at 180), overdispersed ones need a little more. Infinity for none.
 */
export const detectableLift = (successes: number): number =>
  successes > 0 ? Math.sqrt(information / successes) : Infinity;
