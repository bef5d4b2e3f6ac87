/**
 * What the loop remembers of an account: its ads with their days, and what a tired one may be made anew from. Each ad is
 * a part, and so are each day's book, each creative's DNA and the account's formula.
 */
import type { ToldEffect } from '../../learning/dna/formula/told.ts';
import type { CountedDay } from '../../learning/fatigue/level.ts';
import type { AdFatigued } from '../../schemas/index.ts';
import { partOf } from '../parts.ts';
import { storedPart } from '../parts.ts';

export type Status = AdFatigued['status'];

/** A winner that stands. */
export interface Winner {
  readonly ad_id: string;
  readonly experiment_id: string;
  /** Lift over its best rival when it won, shrunken, fraction. */
  readonly lift: number;
}

export interface AccountState {
  /** Ads with impressions in the days that are looked back on. */
  readonly ads: readonly string[];
  /** One an ad, in the order of their announcement. */
  readonly winners: readonly Winner[];
}

export const initialAccount = (): AccountState => ({ ads: [], winners: [] });

/** Version 1 knew no winners. */
export function accountUpcast(stored: unknown): AccountState {
  const ads: unknown = typeof stored === 'object' && stored !== null ? Reflect.get(stored, 'ads') : undefined;
  if (!Array.isArray(ads) || !ads.every((ad) => typeof ad === 'string')) throw new Error('field ads is no list of ads');
  return { ads, winners: [] };
}

/** A day of an ad; reach is 0 where it is not given. */
export interface Day extends CountedDay {
  readonly reach: number;
  /** Minor units of the ad's currency; 0 where it is not given, null where not all of the day's is known. */
  readonly spend: number | null;
}

export interface AdPart {
  readonly kind: 'ad';
  readonly campaign_id: string;
  readonly adset_id: string;
  /** Of its last snapshot; null for those of which nothing was spent yet, ISO 4217. */
  readonly currency: string | null;
  /** Oldest first. */
  readonly days: readonly Day[];
  /** As told last. */
  readonly status: Status;
  /** Contexts that it has books for. */
  readonly contexts: readonly string[];
}

/** Snapshots of one day of an ad in one context: impressions, link clicks, reach and spend. */
export interface BookPart {
  readonly kind: 'book';
  readonly rows: readonly number[];
}

/** What a creative was last read to be made of. Kept as long as the account: an ad may come back, and winners stay. */
export interface DnaPart {
  readonly kind: 'dna';
  readonly extractor_version: number;
  /** What the formula weighs of it, `trait=value`. */
  readonly values: readonly string[];
}

/** What goes with more clicks in the account, as told last. */
export interface FormulaPart {
  readonly kind: 'formula';
  readonly extractor_version: number;
  readonly effects: readonly ToldEffect[];
}

export type Part = AdPart | BookPart | DnaPart | FormulaPart;

/** Numbers of a window in a book of version 1: its head, impressions, clicks and reach. */
const row_length_1 = 5;

/** Version 1 kept no spend: what was spent on its days is not known, whatever is restated of them. */
export function partUpcast(stored: unknown): Part {
  const part = storedPart<Part>(stored);
  if (part.kind === 'ad') return { ...part, currency: null, days: part.days.map((day) => ({ ...day, spend: null })) };
  if (part.kind !== 'book') return part;
  return {
    ...part,
    rows: part.rows.flatMap((number, i) => (i % row_length_1 === row_length_1 - 1 ? [number, 0] : [number])),
  };
}

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const adName = (ad_id: string): string => `ad${separator}${ad_id}`;
export const dnaName = (ad_id: string): string => `dna${separator}${ad_id}`;
export const formula_name = 'formula';
export const bookName = (ad_id: string, day: number, context: string): string =>
  `book${separator}${ad_id}${separator}${day}${separator}${context}`;

type Parts = ReadonlyMap<string, Part>;

/** The part of an ad; undefined where there is none. */
export const adOf = (parts: Parts, ad_id: string): AdPart | undefined => partOf(parts, adName(ad_id), 'ad');
export const dnaOf = (parts: Parts, ad_id: string): DnaPart | undefined => partOf(parts, dnaName(ad_id), 'dna');
export const formulaOf = (parts: Parts): FormulaPart | undefined => partOf(parts, formula_name, 'formula');
