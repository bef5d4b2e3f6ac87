/**
 * What promotions did, from winners of which a random part was not promoted. Selection comes before the draw, so what
 * flatters a winner at the moment it wins (the winner's curse) falls on both sides alike and goes with the difference.
 */
import { studentQuantile } from '../numeric.ts';

/** A winner after it could have been promoted, against before. */
export interface Change {
  /** Log of what it got a day after, over what it got a day before. */
  readonly change: number;
  /** Share of the days after in which it was promoted, fraction: 0 where it never was. */
  readonly dose: number;
}

export interface Difference {
  /** Log change that a promotion over all the days makes, with its 95 % interval. */
  readonly effect: number;
  readonly low: number;
  readonly high: number;
  readonly freedom: number;
}

export const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** Sum of products of deviations from the means. */
function products(a: readonly number[], b: readonly number[]): number {
  const [mean_a, mean_b] = [mean(a), mean(b)];
  return a.reduce((sum, one, i) => sum + (one - mean_a) * ((b[i] ?? 0) - mean_b), 0);
}

/** Winners of one side that the difference needs. */
export const least_of_side = 2;

/**
 * Difference of the mean changes of those drawn to be promoted and those held out, over the difference of their doses:
 * whoever was to be promoted and was not, or late, counts as drawn, so that it does not matter why (Bloom 1984,
 * "Accounting for no-shows in experimental evaluation designs"). The interval holds every effect that a t-test of
 * equal variances at .05 does not refuse for `change − effect · dose` (Anderson and Rubin 1949; Fieller 1954): right also
 * where few were promoted.
 * @returns null with fewer than two on a side, or where the doses are too much alike to say anything (the interval would
 *   have no end)
 */
export function differenceOf(drawn: readonly Change[], held_out: readonly Change[]): Difference | null {
  const [n, m] = [drawn.length, held_out.length];
  if (n < least_of_side || m < least_of_side) return null;
  const side = (all: readonly Change[]): readonly [readonly number[], readonly number[]] => [
    all.map(({ change }) => change),
    all.map(({ dose }) => dose),
  ];
  const [[y, d], [y_0, d_0]] = [side(drawn), side(held_out)];
  const [a, b] = [mean(y) - mean(y_0), mean(d) - mean(d_0)];
  const freedom = n + m - 2;
  const k = (studentQuantile(0.975, freedom) ** 2 * (1 / n + 1 / m)) / freedom;
  // (a − τb)² ≤ k · (sum of squares of change − τ·dose within the sides), as a quadratic in τ.
  const square = b ** 2 - k * (products(d, d) + products(d_0, d_0));
  const linear = a * b - k * (products(y, d) + products(y_0, d_0));
  const constant = a ** 2 - k * (products(y, y) + products(y_0, y_0));
  if (b <= 0 || square <= 0) return null;
  const half = Math.sqrt(Math.max(0, linear ** 2 - square * constant));
  return { effect: a / b, low: (linear - half) / square, high: (linear + half) / square, freedom };
}
