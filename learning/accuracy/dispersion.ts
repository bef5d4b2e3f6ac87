/** How much more hourly clicks scatter than chance: Pearson's statistic over its degrees of freedom. */

export interface DispersionSums {
  readonly chi_squared: number;
  readonly degrees: number;
}

export const no_dispersion: DispersionSums = { chi_squared: 0, degrees: 0 };

/** An ad's windows, as far as their scatter goes. */
export interface Windows {
  readonly impressions: number;
  readonly clicks: number;
  readonly windows: number;
  /** Sum of clicks² / impressions over the windows. */
  readonly squares: number;
}

/** Clicks that a window must expect on average to say something. */
const least_expected = 1;

/**
 * The sums with the windows of one ad, each around the ad's own rate r = C/N: Σ (cᵢ − nᵢr)² / (nᵢr) = (Σ cᵢ²/nᵢ) / r − C.
 */
export function withChiSquared(
  sums: DispersionSums,
  { impressions, clicks, windows, squares }: Windows,
): DispersionSums {
  if (windows < 2 || clicks < windows * least_expected) return sums;
  const chi_squared = Math.max(0, (squares * impressions) / clicks - clicks);
  return { chi_squared: sums.chi_squared + chi_squared, degrees: sums.degrees + windows - 1 };
}

/** Degrees of freedom that chance alone is believed with. */
const prior_degrees = 20;

/** φ, at least 1: drawn to 1 while little was seen. */
export const dispersionOf = ({ chi_squared, degrees }: DispersionSums): number =>
  Math.max(1, (chi_squared + prior_degrees) / (degrees + prior_degrees));
