/** What a test is expected to tell. */
import { normalQuantile } from '../../numeric.ts';
import type { Effect } from './effects.ts';

const z = normalQuantile(0.975);

export interface Test {
  /** Scatter of ads around what their traits say, standard deviation of the log, and how much larger it was seen to be. */
  readonly arm_sd: number;
  readonly dispersion: number;
  /** Clicks of each ad when the test is decided. */
  readonly clicks: number;
}

/**
 * Information about an effect in the outcome of a test of two ads that differ by it, nats: ½ log(1 + σ²/v), σ² being the
 * variance of what is not known of the effect and v that of the outcome around it: the scatter of two ads and chance in
 * their counts (Lindley 1956, "On a measure of the information provided by an experiment", for normal variables).
 */
export function informationOf({ low, high }: Effect, { arm_sd, dispersion, clicks }: Test): number {
  const unknown = ((high - low) / (2 * z)) ** 2;
  const outcome = dispersion * (2 * arm_sd ** 2 + 2 / clicks);
  return Math.log1p(unknown / outcome) / 2;
}
