/**
 * How wide an interval must be to hold what it says: its width follows how often it missed (adaptive conformal
 * inference; I. Gibbs and E. Candès, NeurIPS 2021), on the log scale of rates.
 */

/** Factor on the standard deviation that theory gives; 1 before anything was learned. */
export type Stretch = number;

/** Half-width of a 95 % interval in standard deviations. */
export const z95 = 1.959964;
const miss_rate = 0.05;
const narrowest = 0.5;
const widest = 5;

/** Rates that the interval spans, fractions; `sd` is of the log of the rate. */
export function rateInterval(
  rate: number,
  sd: number,
  stretch: Stretch,
): { readonly low: number; readonly high: number } {
  const half = z95 * sd * stretch;
  return { low: rate * Math.exp(-half), high: Math.min(1, rate * Math.exp(half)) };
}

/**
 * The stretch after an outcome: ln s grows by γ(1 − .05) with a miss and falls by .05γ with a hit, so that in the long
 * run one in twenty misses whatever the errors look like.
 * @param step γ, above 0: how fast it follows
 */
export function stretched(stretch: Stretch, missed: boolean, step: number): Stretch {
  const next = stretch * Math.exp(step * ((missed ? 1 : 0) - miss_rate));
  return Math.min(widest, Math.max(narrowest, next));
}

/**
 * Whether counts say that the true rate was outside: their own chance (1/c of the log of a rate, half a click added) is
 * allowed for by widening, in quadrature.
 */
export function isMissed(
  rate: number,
  sd: number,
  stretch: Stretch,
  { impressions, clicks }: { readonly impressions: number; readonly clicks: number },
): boolean {
  if (impressions <= 0) return false;
  const expected = Math.max(impressions * rate, half_click);
  const seen = Math.log((clicks + half_click) / (impressions * rate + half_click));
  const width = z95 * Math.sqrt(sd * sd * stretch * stretch + 1 / expected);
  return Math.abs(seen) > width;
}

const half_click = 0.5;
