/** A snapshot of an ad's window: its difference moves the totals of its day. */
import type { FatiguePolicy } from '../../policy/fatigue.ts';
import type { AdMetrics } from '../../schemas/index.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf, entered } from '../snapshots/book.ts';
import { adName, adOf, bookName, type AccountState, type AdPart, type Day, type Part } from './state.ts';

export interface Taken {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part>;
}

/** State and parts after a snapshot; null where it says nothing new, or is of a day that is forgotten. */
export function takeMetrics(
  state: AccountState,
  event: AdMetrics,
  parts: ReadonlyMap<string, Part>,
  { window_days }: FatiguePolicy,
): Taken | null {
  const { ad_id, campaign_id, adset_id } = event;
  const day = dayOf(event.window_start_ms);
  const context = contextName(event.context);
  const known = adOf(parts, ad_id) ?? newAd(campaign_id, adset_id);
  const newest = known.days.at(-1)?.day ?? day;
  if (day <= newest - window_days) return null;
  const name = bookName(ad_id, day, context);
  const book = parts.get(name);
  const totals = [event.impressions, event.link_clicks, event.reach ?? 0];
  const taken = entered(book?.kind === 'book' ? book.rows : [], event, totals);
  if (taken === null) return null;
  const contexts = known.contexts.includes(context) ? known.contexts : [...known.contexts, context];
  const ad: AdPart = { ...known, campaign_id, adset_id, contexts, days: withDay(known.days, day, taken.differences) };
  return {
    state: state.ads.includes(ad_id) ? state : { ...state, ads: [...state.ads, ad_id] },
    parts: new Map<string, Part>([
      [adName(ad_id), ad],
      [name, { kind: 'book', rows: taken.rows }],
    ]),
  };
}

const newAd = (campaign_id: string, adset_id: string): AdPart => ({
  kind: 'ad',
  campaign_id,
  adset_id,
  days: [],
  status: 'insufficient_data',
  contexts: [],
});

/** The days with a difference in one of them. */
function withDay(
  days: readonly Day[],
  day: number,
  [impressions = 0, clicks = 0, reach = 0]: readonly number[],
): readonly Day[] {
  const at = days.findIndex((one) => one.day === day);
  const before = days[at];
  if (before === undefined) return [...days, { day, impressions, clicks, reach }].sort((a, b) => a.day - b.day);
  const after = {
    day,
    impressions: before.impressions + impressions,
    clicks: before.clicks + clicks,
    reach: before.reach + reach,
  };
  return days.map((one, i) => (i === at ? after : one));
}
