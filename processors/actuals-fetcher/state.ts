/**
 * What the loop remembers of an account: which predictions mature when, what came of the last ones, and whether errors
 * drift. Each ad that was predicted is a part, and so is each day of it, so that an event touches few bytes.
 */
import { no_dispersion, type DispersionSums } from '../../learning/accuracy/dispersion.ts';
import { started, type PageHinkley } from '../../learning/drift/page-hinkley.ts';
import { no_scale, type ErrorScale } from '../../learning/drift/scale.ts';
import type { PredictionMade, PredictionStage } from '../../schemas/index.ts';

/** Something to do at a time: count what came of a prediction, or forget an ad. */
export interface Due {
  readonly ad_id: string;
  /** Null: the ad is to be forgotten. */
  readonly prediction_id: string | null;
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
}

export interface AccountState {
  readonly due: readonly Due[];
  /** Ads whose counted predictions were restated since the last tick. */
  readonly restated: readonly string[];
  readonly dispersion: DispersionSums;
  /** Errors of what matured today: clicks less those predicted, and their variance. */
  readonly today: { readonly error: number; readonly variance: number };
  readonly drift: PageHinkley;
  /** How far those errors scatter in truth. */
  readonly scale: ErrorScale;
  /** When a new model was last wanted; null for never. UTC epoch milliseconds. */
  readonly retrain_ms: number | null;
}

export const initialAccount = (): AccountState => ({
  due: [],
  restated: [],
  dispersion: no_dispersion,
  today: { error: 0, variance: 0 },
  drift: started,
  scale: no_scale,
  retrain_ms: null,
});

/** A prediction and what the stream has said of it so far. */
export interface Followed {
  readonly prediction: Pick<
    PredictionMade,
    | 'prediction_id'
    | 'stage'
    | 'rate'
    | 'rate_low'
    | 'rate_high'
    | 'log_sd'
    | 'raw_rate'
    | 'control_rate'
    | 'baseline_rate'
    | 'experts'
    | 'at_ms'
    | 'matures_ms'
  >;
  readonly impressions: number;
  readonly clicks: number;
  /** Windows that were counted, and the sum of clicks² / impressions over them: how much hours scatter. */
  readonly windows: number;
  readonly squares: number;
  /** Hours of the horizon that windows were counted for; see coverage.ts. */
  readonly covered: readonly number[];
  /** Whether a window of it was asked for, because the stream did not bring it. */
  readonly from_platform: boolean;
  /** When the platform was asked for what is missing, UTC epoch milliseconds; null before. */
  readonly asked_ms: number | null;
  /** Whether the platform said what it has, or that it says nothing. */
  readonly answered: boolean;
  /** `as_of` of the newest snapshot in it, UTC epoch milliseconds. */
  readonly known_ms: number;
  /** Revision that was told last, −1 before the first, and its counts. */
  readonly revision: number;
  readonly told: { readonly impressions: number; readonly clicks: number };
}

export interface AdPart {
  readonly kind: 'ad';
  readonly followed: readonly Followed[];
  /** Days with a book, since the epoch, by context. */
  readonly books: readonly { readonly day: number; readonly context: string }[];
}

/** Snapshots of one day of an ad in one context: impressions and link clicks. */
export interface BookPart {
  readonly kind: 'book';
  readonly rows: readonly number[];
}

/** What came of one prediction. */
export interface ScoredRow {
  readonly prediction_id: string;
  readonly day: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly rate: number;
  readonly baseline_rate: number;
}

/** The last predictions of one age. */
export interface ScoredPart {
  readonly kind: 'scored';
  readonly rows: readonly ScoredRow[];
}

export type Part = AdPart | BookPart | ScoredPart;

export const stages = ['cold', 'day_1', 'day_3'] as const satisfies readonly PredictionStage[];

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const adName = (ad_id: string): string => `ad${separator}${ad_id}`;
export const bookName = (ad_id: string, day: number, context: string): string =>
  `book${separator}${ad_id}${separator}${day}${separator}${context}`;
export const scoredName = (stage: PredictionStage): string => `scored${separator}${stage}`;
