/**
 * Watches the numbers of an account: whether totals still come, whether conversions are still counted, what was spent.
 * Totals are sums over days (UTC) that move by the differences between snapshots.
 */
import type { MoneyPolicy } from '../../../policy/money.ts';
import type { Policy } from '../../../policy/policy.ts';
import {
  accountHealthChanged,
  adMetrics,
  tickHourly,
  type AccountHealthChanged,
  type AdMetrics,
} from '../../../schemas/index.ts';
import { monthStart, printTime } from '../../../schemas/calendar.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { everyKey, processor, wire, type Decide } from '../../../topology/processor.ts';
import { contextName } from '../../snapshots/ads.ts';
import { added, dayOf, entered } from '../../snapshots/book.ts';
import { forget, initialWatch, watchUpcast, type WatchState } from './state.ts';
import { sums } from './totals.ts';

export interface BookPart {
  readonly rows: readonly number[];
}

const bookName = (ad_id: string, window_start_ms: number): string => `${ad_id} ${dayOf(window_start_ms)}`;
/** Values have books of their own: those of older code have no room for them. */
const valueBookName = (ad_id: string, window_start_ms: number): string => `${bookName(ad_id, window_start_ms)} value`;

export const wiring = wire({
  group: 'budget-executor.watch',
  description: 'Tells when the numbers of an account are too old or too broken to move money by',
  partitionBy: 'account_id',
  reads: [adMetrics, tickHourly],
  emits: [accountHealthChanged],
  writes: [],
  // A snapshot stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 2, initial: initialWatch, upcast: watchUpcast },
  stateKey: { 'ad.metrics': () => '', 'tick.hourly': everyKey },
  part: { version: 1, initial: (): BookPart => ({ rows: [] }) },
  partKeys: {
    'ad.metrics': ({ ad_id, window_start_ms }) => [
      bookName(ad_id, window_start_ms),
      valueBookName(ad_id, window_start_ms),
    ],
  },
});

export const decide: Decide<typeof wiring, Policy> = {
  'ad.metrics': (state, event, { parts }) => {
    // Totals in a breakdown are parts of those without one.
    if (contextName(event.context) !== '') return { state };
    const name = bookName(event.ad_id, event.window_start_ms);
    const { link_clicks, conversions, spend_minor } = event;
    const found = entered(parts.get(name)?.rows ?? [], event, [link_clicks, conversions, spend_minor]);
    if (found === null) return { state };
    const values = valueBookName(event.ad_id, event.window_start_ms);
    const value = entered(parts.get(values)?.rows ?? [], event, [event.conversion_value_minor]);
    const written = new Map([[name, { rows: found.rows }]]);
    if (value !== null) written.set(values, { rows: value.rows });
    const differences = [...found.differences, ...(value?.differences ?? [])];
    return { state: withTotals(state, event, differences), parts: written };
  },
  'tick.hourly': (state, tick, { policy, key }) => {
    if (state.newest_ms === 0) return { state };
    const now_ms = tick.hour_ms + hour_ms;
    const health = healthAt(state, key, now_ms, policy);
    const { stale, tracking_lost } = health;
    const is_news = state.told === null || state.told.stale !== stale || state.told.tracking_lost !== tracking_lost;
    const kept = forget(state, now_ms);
    if (!is_news && now_ms % day_ms !== 0) return { state: kept };
    return {
      state: { ...kept, told: { stale, tracking_lost, at_ms: now_ms } },
      emit: [accountHealthChanged.event(health)],
    };
  },
};

function withTotals(
  state: WatchState,
  { window_start_ms, window_end_ms, currency }: AdMetrics,
  [clicks = 0, conversions = 0, spend = 0, value = 0]: readonly number[],
): WatchState {
  return {
    ...state,
    currency,
    newest_ms: Math.max(state.newest_ms, window_end_ms),
    hours: added(state.hours, [window_start_ms - (window_start_ms % hour_ms)], [clicks, conversions]),
    days: added(state.days, [dayOf(window_start_ms)], [spend, value]),
  };
}

function healthAt(state: WatchState, account_id: string, now_ms: number, policy: Policy): AccountHealthChanged {
  const { currency, newest_ms, hours, days } = state;
  // Measured from the newest totals: that there are none is another matter.
  const end_ms = Math.min(now_ms, newest_ms);
  const [clicks_day, conversions_day] = sums(hours, end_ms - day_ms, end_ms);
  const [clicks_week, conversions_week] = sums(hours, end_ms - 8 * day_ms, end_ms - day_ms);
  const counts = { clicks_day, conversions_day, clicks_week, conversions_week };
  const [spend_week_minor, value_week_minor] = sums(days, dayOf(now_ms) - 7);
  const [spend_month_minor] = sums(days, dayOf(monthStart(now_ms)));
  const stale = now_ms - newest_ms > policy.money.stale_hours * hour_ms;
  const tracking_lost = !stale && isTrackingLost(counts, policy.money);
  return {
    account_id,
    stale,
    tracking_lost,
    newest_ms,
    ...counts,
    spend_week_minor,
    value_week_minor,
    spend_month_minor,
    currency,
    reason: wordsOf(counts, stale, newest_ms),
    at_ms: now_ms,
    policy_version: policy.version,
  };
}

type Counts = Pick<AccountHealthChanged, 'clicks_day' | 'conversions_day' | 'clicks_week' | 'conversions_week'>;

/** Conversions that the clicks of the last day would have brought at the rate of the week before. */
const expectedOf = ({ clicks_day, clicks_week, conversions_week }: Counts): number =>
  clicks_week === 0 ? 0 : (clicks_day * conversions_week) / clicks_week;

/** Conversions collapsed while clicks held. Days of reports are young: the share leaves room for those to come. */
const isTrackingLost = (counts: Counts, { tracking_conversions, tracking_share }: MoneyPolicy): boolean =>
  expectedOf(counts) >= tracking_conversions && counts.conversions_day < tracking_share * expectedOf(counts);

const wordsOf = (counts: Counts, stale: boolean, newest_ms: number): string =>
  stale
    ? `The newest totals end at ${printTime(newest_ms)}.`
    : `${counts.conversions_day} conversions on ${counts.clicks_day} clicks in the last day; ` +
      `${Math.round(expectedOf(counts))} were to be expected by the week before.`;

export const budgetWatch = processor(wiring, decide);
