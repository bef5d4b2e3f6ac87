/**
 * What the loop remembers. One state per account, because the prior, the hours' and the contexts' factors are learned
 * over all its campaigns; each campaign is a part, and so is each day of an ad, so that an event touches few bytes.
 */
import { emptyFactors, type FactorSums } from '../../learning/allocation/factors.ts';
import type { CampaignSums } from '../../learning/allocation/campaign.ts';
import type { AccountPrior, Moments } from '../../learning/allocation/prior.ts';

/** A campaign in the account's list. */
export interface CampaignEntry {
  readonly campaign_id: string;
  /** Proposals are made up to this time, UTC epoch milliseconds; new data move it. */
  readonly active_until_ms: number;
  /** When its parts are deleted, UTC epoch milliseconds. */
  readonly keep_until_ms: number;
  /** What its arms said at the last tick; null before. */
  readonly moments: Moments | null;
}

/** Factors of the combinations of placement, device and so on; `names` in the order of the cells. */
export interface ContextFactors {
  readonly names: readonly string[];
  readonly sums: FactorSums;
  readonly factors: readonly number[];
}

export interface AccountState {
  readonly campaigns: readonly CampaignEntry[];
  /** Moments of campaigns that are forgotten, newest last, a limited number. */
  readonly past: readonly Moments[];
  /** As of the last tick; null before the first. */
  readonly prior: AccountPrior | null;
  /** By hour of day, UTC: clicks and expected clicks, and the factors of the last tick. */
  readonly hours: { readonly sums: FactorSums; readonly factors: readonly number[] };
  readonly contexts: ContextFactors;
}

export const initialAccount = (): AccountState => ({
  campaigns: [],
  past: [],
  prior: null,
  hours: { sums: emptyFactors(24), factors: new Array<number>(24).fill(1) },
  contexts: { names: [], sums: emptyFactors(0), factors: [] },
});

/** An ad of a campaign, and which of its days are kept. */
export interface AdEntry {
  readonly ad_id: string;
  /** Length of its windows: hours for windows up to six hours, else whole days counted as 24. 0 before any data. */
  readonly grain_hours: number;
  /** First and last day with a book, days since the epoch; null before any data. */
  readonly days: { readonly first: number; readonly last: number } | null;
  /** Contexts that it has books for. */
  readonly contexts: readonly string[];
}

export interface CampaignPart {
  readonly kind: 'campaign';
  readonly sums: CampaignSums;
  /** Rates of the arms at the last tick, in the order of `sums.arms`: what clicks are expected at. */
  readonly rates: readonly number[];
  readonly ads: readonly AdEntry[];
}

/**
 * One day of one ad in one context: the last snapshot of each window. Rows of five numbers: window start and
 * `as_of`, UTC epoch milliseconds; impressions; clicks; factor that turned impressions into exposure, fixed when the
 * window was first seen so that a restatement moves exposure by its difference only.
 */
export interface DayBook {
  readonly kind: 'day';
  readonly rows: readonly number[];
}

export const row_length = 5;

export type Part = CampaignPart | DayBook;

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const campaignPartName = (campaign_id: string): string => `campaign${separator}${campaign_id}`;

export const dayPartName = (campaign_id: string, ad_id: string, day: number, context: string): string =>
  `day${separator}${campaign_id}${separator}${ad_id}${separator}${day}${separator}${context}`;

/** A breakdown as one text, its dimensions in byte order; empty where there is none. */
export function contextName(context: { readonly [dimension: string]: string }): string {
  const dimensions = Object.keys(context);
  if (dimensions.length === 0) return '';
  return dimensions
    .sort()
    .map((dimension) => `${dimension}=${context[dimension] ?? ''}`)
    .join(',');
}
