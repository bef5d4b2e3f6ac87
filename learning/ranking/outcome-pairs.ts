/** Pairs of creatives of one test whose order is known after it. */
import type { Contest } from './contest.ts';
import { twoProportionZ } from './pairwise.ts';

export interface OutcomePair {
  /** Positions in the test's arms, `a` before `b`. */
  readonly a: number;
  readonly b: number;
  readonly a_won: boolean;
  /** Two-proportion z of a against b. */
  readonly z: number;
}

/** Impressions both need. */
const least_impressions = 500;

/** Pairs with different headlines and different click rates, both with at least 500 impressions. */
export function outcomePairs({ arms }: Contest): readonly OutcomePair[] {
  const pairs: OutcomePair[] = [];
  arms.forEach((x, a) => {
    arms.forEach((y, b) => {
      if (b <= a || x.headline === y.headline || Math.min(x.impressions, y.impressions) < least_impressions) return;
      if (x.clicks * y.impressions === y.clicks * x.impressions) return;
      const z = twoProportionZ(x.clicks, x.impressions, y.clicks, y.impressions);
      pairs.push({ a, b, a_won: z > 0, z });
    });
  });
  return pairs;
}

/** Score of `a` less score of `b`, by expert. */
export const differencesOf = (scores: readonly (readonly number[])[], a: number, b: number): readonly number[] =>
  scores.map((row) => (row[a] ?? 0) - (row[b] ?? 0));
