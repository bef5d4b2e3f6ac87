/**
 * What the loop remembers. One state per account, because the prior, the hours' and the contexts' factors are learned
 * over all its campaigns; each campaign is a part, and so is each day of an ad, so that an event touches few bytes.
 */
import { emptyFactors, type FactorSums } from '../../learning/allocation/factors.ts';
import type { CampaignSums } from '../../learning/allocation/campaign.ts';
import type { AccountPrior, Moments } from '../../learning/allocation/prior.ts';
import type { AdCreated } from '../../schemas/index.ts';
import type { AdEntry } from '../snapshots/ads.ts';
import { storedPart } from '../parts.ts';

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
  /** What the account's niche leads to expect; absent where it says nothing. */
  readonly niche?: NicheExpectation;
}

/** Click rate of a niche, and how far its accounts lie from it. */
export interface NicheExpectation {
  readonly niche: string;
  readonly rate: number;
  /** Standard deviation of the log of accounts' rates around it, what is not known of it included. */
  readonly log_sd: number;
}

export const initialAccount = (): AccountState => ({
  campaigns: [],
  past: [],
  prior: null,
  hours: { sums: emptyFactors(24), factors: new Array<number>(24).fill(1) },
  contexts: { names: [], sums: emptyFactors(0), factors: [] },
});

export interface CampaignPart {
  readonly kind: 'campaign';
  /** What it is paid to bring; unknown before an ad says. */
  readonly objective: AdCreated['objective'];
  readonly sums: CampaignSums;
  /** Rates of the arms at the last tick, in the order of `sums.arms`: what clicks are expected at. */
  readonly rates: readonly number[];
  readonly ads: readonly AdEntry[];
  /** What predictions expected of its ads before they were shown. */
  readonly foreseen: readonly Foreseen[];
}

export interface Foreseen {
  readonly ad_id: string;
  readonly adset_id: string;
  /** Click rate that was predicted over the account's mean, on the log scale; 0 where nothing was. */
  readonly log_lift: number;
}

/**
 * One day of one ad in one context, a book of snapshots. Totals of a row: impressions and clicks. Kept: the factor that
 * turned impressions into exposure, so that a restatement moves exposure by its difference only.
 */
export interface DayBook {
  readonly kind: 'day';
  readonly rows: readonly number[];
}

export type Part = CampaignPart | DayBook;

/** Version 3 knew no predictions. */
export function partUpcast(stored: unknown): Part {
  const part = storedPart<Part>(stored);
  return part.kind === 'campaign' ? { ...part, foreseen: [] } : part;
}

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const campaignPartName = (campaign_id: string): string => `campaign${separator}${campaign_id}`;

export const dayPartName = (campaign_id: string, ad_id: string, day: number, context: string): string =>
  `day${separator}${campaign_id}${separator}${ad_id}${separator}${day}${separator}${context}`;
