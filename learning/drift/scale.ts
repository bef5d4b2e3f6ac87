/**
 * How far standardised errors scatter in truth: a model may be surer of itself than it should be, and days of an
 * account resemble each other. The long-run standard deviation of an AR(1) process, γ₀ (1 + ρ) / (1 − ρ) with
 * ρ = γ₁ / γ₀ (D. Andrews, Econometrica 59, 1991), of errors that are old enough to tell nothing of a drift that
 * begins now.
 */

export interface ErrorScale {
  /** The newest errors, the oldest first: not counted yet. */
  readonly pending: readonly number[];
  /** The last error that was counted; null before the first. */
  readonly last: number | null;
  /** Discounted sums over counted errors: how many, their values, squares, and products with the one before. */
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
  readonly products: number;
}

export const no_scale: ErrorScale = { pending: [], last: null, count: 0, sum: 0, squares: 0, products: 0 };

export interface ScaleRule {
  /** Errors that are not counted yet. */
  readonly lag: number;
  /** Errors after which one counts for 1/e of what it did. */
  readonly memory: number;
  /** Errors that chance alone is believed with. */
  readonly prior: number;
}

/** One wild day says little of the others. */
const most = 6;
/** Errors that resemble each other more than this cannot be told from a drift. */
const most_correlated = 0.9;

/** The sums with one error more. */
export function withError(scale: ErrorScale, error: number, { lag, memory }: ScaleRule): ErrorScale {
  const pending = [...scale.pending, Math.max(-most, Math.min(most, error))];
  if (pending.length <= lag) return { ...scale, pending };
  const [counted = 0, ...rest] = pending;
  const keep = 1 - 1 / memory;
  return {
    pending: rest,
    last: counted,
    count: keep * scale.count + 1,
    sum: keep * scale.sum + counted,
    squares: keep * scale.squares + counted * counted,
    products: keep * scale.products + counted * (scale.last ?? 0),
  };
}

/** Long-run standard deviation, at least 1: nothing is surer than chance. */
export function scaleOf({ count, sum, squares, products }: ErrorScale, { prior }: ScaleRule): number {
  const mean = count > 0 ? sum / count : 0;
  const variance = Math.max(0, squares - count * mean * mean) + prior;
  const together = products - count * mean * mean;
  const seen = Math.max(0, together / variance);
  // What is estimated from few falls short of the truth by about (1 + 3ρ) / n (M. Kendall, Biometrika 41, 1954).
  const correlation = Math.min(most_correlated, seen + (1 + 3 * seen) / (count + prior));
  return Math.sqrt(Math.max(1, (variance / (count + prior)) * ((1 + correlation) / (1 - correlation))));
}
