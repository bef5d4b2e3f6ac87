/** An expert's opinion of an ad's rate, before and after the ad's own impressions. */
import type { Outcome } from './outcome-loss.ts';

/** A log-rate around which the true one lies like a gamma variable of this shape: about 1/√shape away, relatively. */
export interface RateBelief {
  /** Fraction. */
  readonly rate: number;
  readonly shape: number;
}

/**
 * The belief with the ad's own counts in it (gamma–Poisson): rate (s + c) / (s/p + n), shape s + c. Every expert learns
 * from the same counts; they differ in what they believed before.
 */
export function updated({ rate, shape }: RateBelief, { impressions, clicks }: Outcome): RateBelief {
  return { rate: (shape + clicks) / (shape / rate + impressions), shape: shape + clicks };
}

/** The same rate, less sure: what comes may lie another 1/√shape away from what was. */
export const later = (belief: RateBelief, future_shape: number): RateBelief => ({
  rate: belief.rate,
  shape: 1 / (1 / belief.shape + 1 / future_shape),
});

/**
 * Shape of the rates of an account's ads around their mean, by moments: Var(rate)/mean² = 1/s. Ads count alike; what
 * chance adds to their scatter is taken off. `fallback` where there is nothing to go by, bounded to [low, high].
 */
export function shapeOf(
  ads: { readonly count: number; readonly sum: number; readonly squares: number; readonly noise: number },
  fallback: number,
  [low, high]: readonly [number, number],
): number {
  const { count, sum, squares, noise } = ads;
  if (count < least_ads || sum <= 0) return fallback;
  const mean = sum / count;
  const variance = (squares - count * mean * mean) / (count - 1) - noise / count;
  return variance <= 0 ? high : Math.min(high, Math.max(low, (mean * mean) / variance));
}

/** Ads below which their scatter is not asked. */
const least_ads = 8;
