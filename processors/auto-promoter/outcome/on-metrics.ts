/** A snapshot of an ad's window: its difference moves the totals of its day. */
import type { PromotionPolicy } from '../../../policy/promotion.ts';
import type { AdMetrics } from '../../../schemas/index.ts';
import { contextName } from '../../snapshots/ads.ts';
import { dayOf, entered } from '../../snapshots/book.ts';
import { adName, adOf, bookName, type AdDay, type AdPart, type Part } from './state.ts';

/** Platforms restate for 28 days; two more for what arrives late. */
export const restated_days = 30;

/** Days that are kept of an ad: those that a winner is compared on, and may still be restated. */
const keptDays = ({ before_days, settle_days, after_days }: PromotionPolicy): number =>
  before_days + settle_days + after_days + restated_days;

/** Parts after a snapshot; null where the ad is in no experiment, or it says nothing new. */
export function takeMetrics(
  event: AdMetrics,
  parts: ReadonlyMap<string, Part>,
  policy: PromotionPolicy,
): ReadonlyMap<string, Part | null> | null {
  const { ad_id } = event;
  const ad = adOf(parts, ad_id);
  const day = dayOf(event.window_start_ms);
  const newest = ad?.days.at(-1)?.day ?? day;
  const oldest = Math.max(newest, day) - keptDays(policy);
  if (ad === undefined || day < oldest) return null;
  const context = contextName(event.context);
  const name = bookName(ad_id, day, context);
  const book = parts.get(name);
  const totals = [event.link_clicks, event.conversions, event.conversion_value_minor, event.spend_minor];
  const taken = entered(book?.kind === 'book' ? book.rows : [], event, totals);
  if (taken === null) return null;
  const contexts = ad.contexts.includes(context) ? ad.contexts : [...ad.contexts, context];
  const next = { ...ad, contexts, days: withDay(ad.days, day, taken.differences) };
  return new Map<string, Part | null>([...withoutOld(ad_id, next, oldest), [name, { kind: 'book', rows: taken.rows }]]);
}

/** The ad without the days that nothing is compared on any more, and their books as deletions. */
function withoutOld(ad_id: string, ad: AdPart, oldest: number): readonly (readonly [string, Part | null])[] {
  const gone = ad.days.filter(({ day }) => day < oldest);
  if (gone.length === 0) return [[adName(ad_id), ad]];
  return [
    [adName(ad_id), { ...ad, days: ad.days.filter(({ day }) => day >= oldest) }],
    ...gone.flatMap(({ day }) => ad.contexts.map((context) => [bookName(ad_id, day, context), null] as const)),
  ];
}

function withDay(days: readonly AdDay[], day: number, difference: readonly number[]): readonly AdDay[] {
  const [link_clicks = 0, conversions = 0, value_minor = 0, spend_minor = 0] = difference;
  const before = days.find((one) => one.day === day);
  if (before === undefined)
    return [...days, { day, link_clicks, conversions, value_minor, spend_minor }].sort((a, b) => a.day - b.day);
  const after = {
    day,
    link_clicks: before.link_clicks + link_clicks,
    conversions: before.conversions + conversions,
    value_minor: before.value_minor + value_minor,
    spend_minor: before.spend_minor + spend_minor,
  };
  return days.map((one) => (one === before ? after : one));
}
