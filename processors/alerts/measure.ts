/** The numbers that rules compare, with their intervals and what stands behind them. Null where a number is not known. */
import { changeOf, countFactor, countInterval } from '../../learning/counts/interval.ts';
import type { AlertRule, WindowMetric } from '../../policy/alerts.ts';
import type { Policy } from '../../policy/policy.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { dayStart } from '../../schemas/zone.ts';
import type { AccountState, DeskPart, Entity, Parts } from './state.ts';
import { totalsIn, type Totals } from './totals.ts';

export interface Measured {
  /** Null where it has no upper end: money spent without a result. */
  readonly value: number | null;
  /** Ends of the 95 % interval; null where the number is exact, or has no such end. */
  readonly low: number | null;
  readonly high: number | null;
  /** In the unit of the metric, see `exposure_words`. */
  readonly exposure: number;
  /** What it is compared with, where that is no threshold. */
  readonly beside: string | null;
}

/** What stands behind each number. */
export const exposure_words: Readonly<Record<WindowMetric, string>> = {
  roas: 'conversions',
  cost_per_result: 'link clicks',
  link_ctr_change: 'impressions',
  conversions_change: 'conversions of the week before',
  impressions_per_hour: 'impressions an hour in the week before',
  budget_spent_share: 'hours of the day with totals',
  spend_velocity: 'hours of the week before with totals',
};

export interface Place {
  readonly state: AccountState;
  readonly parts: Parts;
  readonly desk: Pick<DeskPart, 'budget'>;
  readonly policy: Policy;
  readonly now_ms: number;
}

/** Totals later than this behind the end of a window that is wanted are stale, which is another rule's matter. */
const patience_hours = 6;
const week_days = 7;

/**
 * Where the window of a rule ends: before what has to settle, and where totals are whole. Totals by day end with a day.
 * Null where totals are stale, or too coarse for the window.
 */
export function windowEnd(
  { window_hours, settle_hours }: Pick<AlertRule, 'window_hours' | 'settle_hours'>,
  { complete_ms, grain_hours }: AccountState,
  now_ms: number,
): number | null {
  if (complete_ms === 0 || window_hours < grain_hours) return null;
  const wanted_ms = now_ms - settle_hours * hour_ms;
  const grain_ms = grain_hours >= 24 ? day_ms : hour_ms;
  const behind = Math.max(0, Math.ceil((complete_ms - wanted_ms) / grain_ms));
  const end_ms = complete_ms - behind * grain_ms;
  const patience_ms = grain_ms + patience_hours * hour_ms;
  return wanted_ms - end_ms >= patience_ms ? null : end_ms;
}

interface Compared {
  readonly now: Totals;
  /** The same hours of the week before, all together. */
  readonly before: Totals;
  /** How often the window fits into them. */
  readonly times: number;
  readonly window_hours: number;
}

function comparedTotals(rule: AlertRule, entity: Entity, { state, parts, now_ms }: Place): Compared | null {
  const end_ms = windowEnd(rule, state, now_ms);
  if (end_ms === null) return null;
  const length_ms = rule.window_hours * hour_ms;
  const stride_ms = Math.ceil(rule.window_hours / 24) * day_ms;
  const times = Math.floor((week_days * day_ms) / stride_ms);
  const earlier = Array.from({ length: times }, (_, i) => {
    const shift_ms = (i + 1) * stride_ms;
    return totalsIn(parts, entity, end_ms - length_ms - shift_ms, end_ms - shift_ms);
  });
  const now = totalsIn(parts, entity, end_ms - length_ms, end_ms);
  return { now, before: summed(earlier), times, window_hours: rule.window_hours };
}

const none: Totals = { impressions: 0, link_clicks: 0, spend_minor: 0, conversions: 0, value_minor: 0, windows: 0 };
const summed = (all: readonly Totals[]): Totals =>
  all.reduce(
    (sum, one) => ({
      impressions: sum.impressions + one.impressions,
      link_clicks: sum.link_clicks + one.link_clicks,
      spend_minor: sum.spend_minor + one.spend_minor,
      conversions: sum.conversions + one.conversions,
      value_minor: sum.value_minor + one.value_minor,
      windows: sum.windows + one.windows,
    }),
    none,
  );

const exact = (value: number, exposure: number, beside: string | null = null): Measured => ({
  value,
  low: null,
  high: null,
  exposure,
  beside,
});

type Measure = (compared: Compared, dispersion: number) => Measured | null;

const measures: Readonly<Record<Exclude<WindowMetric, 'budget_spent_share'>, Measure>> = {
  roas: ({ now: { spend_minor, conversions, value_minor } }, dispersion) => {
    // What a conversion is worth is not known where there is none.
    if (spend_minor === 0 || conversions === 0) return null;
    const value = value_minor / spend_minor;
    const factor = countFactor(conversions, dispersion);
    return { value, low: value / factor, high: value * factor, exposure: conversions, beside: null };
  },
  cost_per_result: ({ now: { spend_minor, conversions, link_clicks } }, dispersion) => {
    if (spend_minor === 0) return null;
    const { low, high } = countInterval(conversions, dispersion);
    return {
      value: conversions === 0 ? null : spend_minor / conversions,
      low: spend_minor / high,
      high: low === 0 ? null : spend_minor / low,
      exposure: link_clicks,
      beside: null,
    };
  },
  link_ctr_change: ({ now, before }, dispersion) => {
    if (now.impressions === 0 || before.link_clicks === 0) return null;
    const change = changeOf(
      { count: now.link_clicks, exposure: now.impressions },
      { count: before.link_clicks, exposure: before.impressions },
      dispersion,
    );
    return { ...change, exposure: Math.min(now.impressions, before.impressions), beside: null };
  },
  conversions_change: ({ now, before, times }, dispersion) => {
    if (now.windows === 0 || before.conversions === 0) return null;
    const change = changeOf(
      { count: now.conversions, exposure: 1 },
      { count: before.conversions, exposure: times },
      dispersion,
    );
    return { ...change, exposure: before.conversions, beside: null };
  },
  impressions_per_hour: ({ now, before, times, window_hours }) =>
    exact(now.impressions / window_hours, before.impressions / (times * window_hours)),
  spend_velocity: ({ now, before, times }) =>
    before.spend_minor === 0 ? null : exact(now.spend_minor / (before.spend_minor / times), before.windows),
};

/** How long a reading of the account's budgets counts, hours. */
const budget_hours = 7 * 24;

/** Spend of the account's day so far over what its budgets sum to; what is not reported yet can only raise it. */
function budgetSpent(entity: Entity, { state, parts, desk, policy, now_ms }: Place): Measured | null {
  const start_ms = dayStart(now_ms, policy.alerts.time_zone);
  const read = desk.budget !== null && now_ms - desk.budget.at_ms <= budget_hours * hour_ms ? desk.budget : null;
  const cap_minor = policy.money.limits[state.currency]?.account_daily_minor;
  const budget_minor = read?.daily_minor ?? cap_minor;
  if (budget_minor === undefined || budget_minor === 0 || state.grain_hours > 24) return null;
  const { spend_minor, windows } = totalsIn(parts, entity, start_ms, now_ms);
  const beside = read === null ? "the policy's cap for the account" : 'the daily budgets of the account';
  return windows === 0 ? null : exact(spend_minor / budget_minor, windows, beside);
}

/** The number of a rule for one thing; null where it is not known. */
export function measured(metric: WindowMetric, rule: AlertRule, entity: Entity, place: Place): Measured | null {
  if (metric === 'budget_spent_share') return budgetSpent(entity, place);
  const compared = comparedTotals(rule, entity, place);
  return compared === null ? null : measures[metric](compared, place.policy.alerts.dispersion);
}

/**
 * Whether the condition holds; null where too little stands behind the number. To raise an alert even the end of the
 * interval that speaks against it must be beyond the threshold; one that is open stays open while the number itself is:
 * so that chance neither raises alerts nor makes them flicker.
 */
export function isMet(rule: AlertRule, found: Measured | null, is_open: boolean): boolean | null {
  if (found === null || found.exposure < rule.min_exposure) return null;
  const { value, low, high } = found;
  if (rule.comparison === 'above') {
    const compared = is_open ? (value ?? low) : (low ?? value);
    return compared === null ? null : compared >= rule.threshold;
  }
  // Without an upper end it may be anything.
  const compared = is_open ? value : value === null ? null : (high ?? value);
  return compared === null ? null : compared < rule.threshold;
}
