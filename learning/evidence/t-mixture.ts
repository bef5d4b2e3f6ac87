/**
 * Evidence that the mean of differences is not zero, valid whenever one looks: the t-mixture e-process. The scale is
 * integrated out by the right Haar measure, the standardised mean by N(0, 1/c²) (T. L. Lai, 1976; H. Wang and A.
 * Ramdas, arXiv 2310.03722).
 */

/** What a sequence of differences is worth to the test: nothing else about it matters. */
export interface Sums {
  readonly n: number;
  readonly sum: number;
  readonly sum_squares: number;
}

export const no_sums: Sums = { n: 0, sum: 0, sum_squares: 0 };

/** The sums with one value more. */
export const plus = (sums: Sums, x: number): Sums => ({
  n: sums.n + 1,
  sum: sums.sum + x,
  sum_squares: sums.sum_squares + x * x,
});

/** The sums with one value replaced, as when its data were restated. */
export const replaced = (sums: Sums, old: number, now: number): Sums => ({
  n: sums.n,
  sum: sums.sum + now - old,
  sum_squares: Math.max(0, sums.sum_squares + now * now - old * old),
});

/**
 * log of E = sqrt(c²/(n+c²)) · [(n+c²)Q / ((n+c²)Q − S²)]^(n/2), with S the sum and Q the sum of squares. E[E] = 1
 * when the mean is zero; E ≥ 1/α ever happens with probability at most α. 0 while there is nothing to go by.
 */
export function logTMixture({ n, sum, sum_squares }: Sums, c2: number): number {
  if (n < 2 || sum_squares <= 0) return 0;
  const scaled = (n + c2) * sum_squares;
  const rest = scaled - sum * sum;
  return 0.5 * Math.log(c2 / (n + c2)) + (n / 2) * Math.log(scaled / rest);
}

/**
 * log e-value for "the mean is above zero": the two-sided one where the sum points up, nothing where it points down.
 * Both directions of a pair together keep the level that one two-sided test has.
 */
export const logUpward = (sums: Sums, c2: number): number => (sums.sum > 0 ? logTMixture(sums, c2) : -Infinity);
