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
  const totals = [event.impressions, event.link_clicks, event.reach ?? 0, event.spend_minor];
  const taken = entered(book?.kind === 'book' ? book.rows : [], event, totals);
  if (taken === null) return null;
  const contexts = known.contexts.includes(context) ? known.contexts : [...known.contexts, context];
  const { currency } = event;
  const days = withDay(inCurrency(known, currency), day, taken.differences);
  const ad: AdPart = { ...known, campaign_id, adset_id, currency, contexts, days };
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
  currency: null,
  days: [],
  status: 'insufficient_data',
  contexts: [],
});

/** The days, without what was spent on them where that was in another currency: the two do not compare. */
const inCurrency = ({ days, currency }: AdPart, now: string): readonly Day[] =>
  currency === null || currency === now ? days : days.map((day) => ({ ...day, spend: null }));

/** The days with a difference in one of them. */
function withDay(
  days: readonly Day[],
  day: number,
  [impressions = 0, clicks = 0, reach = 0, spend = 0]: readonly number[],
): readonly Day[] {
  const at = days.findIndex((one) => one.day === day);
  const before = days[at];
  if (before === undefined) return [...days, { day, impressions, clicks, reach, spend }].sort((a, b) => a.day - b.day);
  const after = {
    day,
    impressions: before.impressions + impressions,
    clicks: before.clicks + clicks,
    reach: before.reach + reach,
    spend: before.spend === null ? null : before.spend + spend,
  };
  return days.map((one, i) => (i === at ? after : one));
}
