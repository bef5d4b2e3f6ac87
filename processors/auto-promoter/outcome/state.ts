/**
 * What is remembered of an account: its winners with what became of them, and the days of each ad of an experiment,
 * because any of them may win. An ad's days are a part, and so is each day's book; an ad without a part is in no
 * experiment, and nothing is kept of it.
 */
import type { Compared, PromotionDay } from '../../../learning/promotion/change.ts';
import type { WinnerDetected } from '../../../schemas/index.ts';
import { partOf } from '../../parts.ts';

/** A time in which a winner's budget was raised. */
export interface Applied {
  readonly change_id: string;
  readonly from_ms: number;
  /** When it was taken back; null while it stands. */
  readonly to_ms: number | null;
}

export interface Winner {
  readonly experiment_id: string;
  readonly ad_id: string;
  readonly metric: WinnerDetected['primary_metric'];
  readonly is_held_out: boolean;
  /** Lift when it won, shrunken, with its interval: what was promised. */
  readonly lift: number;
  readonly lift_low: number;
  readonly lift_high: number;
  readonly detected_ms: number;
  readonly applied: readonly Applied[];
  /**
   * What came of it once its days have passed; `not_delivered` where there were too few; null before. Worked out anew
   * with each day as long as the platform may restate.
   */
  readonly outcome: Compared | 'not_delivered' | null;
}

export interface AccountState {
  /** In the order of their announcement. */
  readonly winners: readonly Winner[];
  /** What was told last depends on this; it is told again when it changes. */
  readonly told: string;
}

export const initialAccount = (): AccountState => ({ winners: [], told: '' });

/** Days of an ad with all that may be counted. */
export interface AdDay extends Omit<PromotionDay, 'results'> {
  readonly link_clicks: number;
  readonly conversions: number;
  readonly value_minor: number;
}

export interface AdPart {
  readonly kind: 'ad';
  /** Oldest first. */
  readonly days: readonly AdDay[];
  /** Contexts that it has books for. */
  readonly contexts: readonly string[];
}

export const newAd = (): AdPart => ({ kind: 'ad', days: [], contexts: [] });

/** Snapshots of one day of an ad in one context. */
export interface BookPart {
  readonly kind: 'book';
  readonly rows: readonly number[];
}

export type Part = AdPart | BookPart;

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const adName = (ad_id: string): string => `ad${separator}${ad_id}`;
export const bookName = (ad_id: string, day: number, context: string): string =>
  `book${separator}${ad_id}${separator}${day}${separator}${context}`;

export const adOf = (parts: ReadonlyMap<string, Part>, ad_id: string): AdPart | undefined =>
  partOf(parts, adName(ad_id), 'ad');
