/**
 * How much of what memory expects comes true in an account: the slope b of y = b·x + e over its ads, where x is the lift
 * that memory expected of an ad and y the one that it had, both on the log scale, and e ~ N(0, 1/weight). With
 * b ~ N(mean, sd²) beforehand its posterior mean is (Σ weight·x·y + mean/sd²) / (Σ weight·x² + 1/sd²) (Bayesian linear
 * regression; Bishop, Pattern Recognition and Machine Learning, 3.3).
 */

/** Sums over the ads of an account. */
export interface Agreement {
  /** Σ weight·x·y. */
  readonly products: number;
  /** Σ weight·x². */
  readonly squares: number;
}

export const no_agreement: Agreement = { products: 0, squares: 0 };

export interface ExpectedAndHad {
  /** Lift that memory expected, on the log scale. */
  readonly expected: number;
  /** Lift that the ad had over the account's mean, on the log scale. */
  readonly had: number;
  /** 1 / variance of what it had around what was expected. */
  readonly weight: number;
}

/** The sums with one ad more; those before count `kept` times as much, so that an account may change. */
export const agreedWith = (
  { products, squares }: Agreement,
  { expected, had, weight }: ExpectedAndHad,
  kept: number,
): Agreement => ({
  products: kept * products + weight * expected * had,
  squares: kept * squares + weight * expected * expected,
});

export interface TrustPrior {
  /** Share of what memory expects that is believed before the account has shown any, 0 to 1. */
  readonly mean: number;
  /** How far accounts are expected to be from it; 0 holds all to it. */
  readonly sd: number;
}

/** Share of what memory expects that is believed, 0 to 1: memory that is wrong more often than right is not turned round. */
export function trustIn({ products, squares }: Agreement, { mean, sd }: TrustPrior): number {
  if (sd === 0) return mean;
  const precision = 1 / (sd * sd);
  return Math.min(1, Math.max(0, (products + mean * precision) / (squares + precision)));
}
