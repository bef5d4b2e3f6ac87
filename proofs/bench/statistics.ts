/** What becomes of repeated measurements. */

/** Value at quantile `q` (0 to 1) of an ascending list, by the nearest rank. NaN for an empty list. */
export function quantile(ascending: ArrayLike<number>, q: number): number {
  const rank = Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1));
  return ascending[rank] ?? NaN;
}

const ascending = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

export interface Spread {
  /** The median. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Median with the least and the greatest, for a machine that others use too: an average would be theirs as well. */
export function spread(values: readonly number[]): Spread {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
  return { value: median ?? NaN, low: sorted[0] ?? NaN, high: sorted[sorted.length - 1] ?? NaN, n: sorted.length };
}
