/** A/B tests of headlines as the ranking learns them, and as vectors. */
import type { Corpus } from '../text/corpus.ts';
import { headlineVectors } from '../text/layout.ts';
import type { SparseVector } from '../text/sparse.ts';

/** What was shown in one arm of a test. */
export interface Creative {
  readonly headline: string;
  /** Other text of the same creative, read for its language only; it is never ranked. */
  readonly body: string | null;
}

export interface ContestArm extends Creative {
  readonly impressions: number;
  readonly clicks: number;
}

/** A test whose totals are known. */
export interface Contest {
  readonly test_id: string;
  readonly arms: readonly ContestArm[];
}

/** The different headlines of a test with at least two, as vectors with their outcome. */
export interface Block {
  readonly vectors: readonly SparseVector[];
  readonly impressions: readonly number[];
  readonly clicks: readonly number[];
}

/** Different headlines in order of first appearance. */
export const headlinesOf = (creatives: readonly Creative[]): readonly string[] => [
  ...new Set(creatives.map(({ headline }) => headline)),
];

/** Impressions below which a headline's rate is not learned from. */
export const least_impressions = 200;

/** The block of a test, arms with the same headline summed; null when fewer than two headlines were shown enough. */
export function blockOf({ arms }: Contest, corpus: Corpus): Block | null {
  const headlines = headlinesOf(arms);
  const vectors = headlineVectors(headlines, corpus);
  const totals = headlines.map((headline, i) => {
    const same = arms.filter((arm) => arm.headline === headline);
    return {
      vector: vectors[i],
      impressions: same.reduce((sum, arm) => sum + arm.impressions, 0),
      clicks: same.reduce((sum, arm) => sum + arm.clicks, 0),
    };
  });
  const shown = totals.flatMap(({ vector, impressions, clicks }) =>
    vector === undefined || impressions < least_impressions ? [] : [{ vector, impressions, clicks }],
  );
  if (shown.length < 2) return null;
  return {
    vectors: shown.map(({ vector }) => vector),
    impressions: shown.map(({ impressions }) => impressions),
    clicks: shown.map(({ clicks }) => clicks),
  };
}
