/** An ad becomes known, is remembered by what it resembles, and gets its first impressions. */
import type { AdMetrics, DnaExtracted, MemoryRecalled } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf, entered } from '../snapshots/book.ts';
import { partOf } from '../parts.ts';
import { remembered_ads } from './on-due.ts';
import {
  adName,
  baseline_name,
  bookName,
  empty_baseline,
  empty_recalls,
  recalls_name,
  type AccountState,
  type AdPart,
  type Due,
  type Part,
  type RecallsPart,
} from './state.ts';

export interface Taken {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part>;
}

/** The ad as it is known now, and whether it is new; a changed one keeps its counts. */
export function takeDna(
  event: DnaExtracted,
  parts: ReadonlyMap<string, Part>,
): { readonly ad: AdPart; readonly isNew: boolean } {
  const { ad_id, campaign_id, experiment_id } = event;
  const known = partOf(parts, adName(ad_id), 'ad');
  const traits = event.traits.filter(({ value }) => value !== 'unknown').map(({ trait, value }) => `${trait}=${value}`);
  const fresh: AdPart = {
    kind: 'ad',
    campaign_id,
    experiment_id,
    traits,
    recall: null,
    impressions: 0,
    clicks: 0,
    first_ms: null,
    books: [],
  };
  return {
    ad: known === undefined ? fresh : { ...known, campaign_id, experiment_id, traits },
    isNew: known === undefined,
  };
}

/** When an ad that was never shown is forgotten. */
export const forgottenAt = (ad_id: string, at_ms: number): Due => ({
  ad_id,
  stage: 'forgotten',
  at_ms: at_ms + most_idle_days * day_ms,
});

/** Ads of no expected lift that the mean begins with: the first answers of a memory say little of what it says usually. */
const doubtful_ads = 5;

/** Longest reason of a failure that is kept. */
const most_failure = 300;
const failed = (ad: AdPart, why: string): AdPart => ({ ...ad, recall_failure: why.slice(0, most_failure) });

/** The ad with what memory said of it, and the mean over ads with it; null where the ad is not known. */
export function withRecall(
  event: MemoryRecalled,
  parts: ReadonlyMap<string, Part>,
): { readonly ad: AdPart; readonly recalls: RecallsPart } | null {
  const ad = partOf(parts, adName(event.ad_id), 'ad');
  if (ad === undefined) return null;
  const [first] = event.neighbours;
  const nearest = first === undefined ? null : { ad_id: first.ad_id, score: first.score, lift: first.lift };
  const { prior_log_lift } = event;
  const before = partOf(parts, recalls_name, 'recalls') ?? empty_recalls;
  // That memory is away says nothing of what an ad resembles: it is no ad that resembles nothing.
  if (event.failure !== null && first === undefined) return { ad: failed(ad, event.failure), recalls: before };
  const { recall_failure: _, ...well } = ad;
  const told = { ...(event.failure === null ? well : failed(ad, event.failure)), recall: { prior_log_lift, nearest } };
  // An ad that is asked about again counts once.
  if (ad.recall !== null) return { ad: told, recalls: before };
  const ads = Math.min(before.ads + 1, remembered_ads);
  const mean_log_lift = before.mean_log_lift + ((prior_log_lift ?? 0) - before.mean_log_lift) / (ads + doubtful_ads);
  return { ad: told, recalls: { ...before, mean_log_lift, ads } };
}

const hours_of = { day_1: 24, day_3: 72 } as const;

/** State and parts after a snapshot of an ad that is still to be predicted; null where it says nothing new. */
export function takeMetrics(state: AccountState, event: AdMetrics, parts: ReadonlyMap<string, Part>): Taken | null {
  const { ad_id, window_start_ms, impressions, link_clicks } = event;
  const ad = partOf(parts, adName(ad_id), 'ad');
  if (ad === undefined) return null;
  const context = contextName(event.context);
  const day = dayOf(window_start_ms);
  const book_name = bookName(ad_id, day, context);
  const taken = entered(partOf(parts, book_name, 'book')?.rows ?? [], event, [impressions, link_clicks]);
  if (taken === null) return null;
  const [shown = 0, clicked = 0] = taken.differences;
  const known = ad.books.some((book) => book.day === day && book.context === context);
  const first_ms = ad.first_ms ?? (impressions > 0 ? window_start_ms : null);
  const next: AdPart = {
    ...ad,
    impressions: ad.impressions + shown,
    clicks: ad.clicks + clicked,
    first_ms,
    books: known ? ad.books : [...ad.books, { day, context }],
  };
  const baseline = partOf(parts, baseline_name, 'baseline') ?? empty_baseline;
  return {
    state: ad.first_ms === null && first_ms !== null ? { ...state, due: withAges(state.due, ad_id, first_ms) } : state,
    parts: new Map<string, Part>([
      [adName(ad_id), next],
      [book_name, { kind: 'book', rows: taken.rows }],
      [baseline_name, { ...baseline, impressions: baseline.impressions + shown, clicks: baseline.clicks + clicked }],
    ]),
  };
}

/** Days without an impression after which an ad is forgotten. */
const most_idle_days = 30;

/** An ad's age counts from its first window with impressions. */
const withAges = (due: readonly Due[], ad_id: string, first_ms: number): readonly Due[] => [
  ...due.filter((one) => one.ad_id !== ad_id || one.stage !== 'forgotten'),
  { ad_id, stage: 'day_1', at_ms: first_ms + hours_of.day_1 * hour_ms },
  { ad_id, stage: 'day_3', at_ms: first_ms + hours_of.day_3 * hour_ms },
];
