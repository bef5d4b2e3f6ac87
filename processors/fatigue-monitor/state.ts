/** What the loop remembers of an account: its ads with their days. Each ad is a part, and so is each day's book. */
import type { CountedDay } from '../../learning/fatigue/level.ts';
import type { AdFatigued } from '../../schemas/index.ts';

export type Status = AdFatigued['status'];

export interface AccountState {
  /** Ads with impressions in the days that are looked back on. */
  readonly ads: readonly string[];
}

export const initialAccount = (): AccountState => ({ ads: [] });

/** A day of an ad; reach is 0 where it is not given. */
export interface Day extends CountedDay {
  readonly reach: number;
}

export interface AdPart {
  readonly kind: 'ad';
  readonly campaign_id: string;
  readonly adset_id: string;
  /** Oldest first. */
  readonly days: readonly Day[];
  /** As told last. */
  readonly status: Status;
  /** Contexts that it has books for. */
  readonly contexts: readonly string[];
}

/** Snapshots of one day of an ad in one context: impressions, link clicks and reach. */
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

/** The part of an ad; undefined where there is none. */
export function adOf(parts: ReadonlyMap<string, Part>, ad_id: string): AdPart | undefined {
  const part = parts.get(adName(ad_id));
  return part?.kind === 'ad' ? part : undefined;
}
