/** When people are told, of what, and by which way. Amounts are in minor units of the account's currency. */

import {
  channels,
  event_metrics,
  window_metrics,
  type AlertMetric,
  type AlertScope,
  type Channel,
  type EventMetric,
  type Severity,
  type WindowMetric,
} from './alert-kinds.ts';

export * from './alert-kinds.ts';

export interface AlertRule {
  /** Names the rule in events, pages and commands. */
  readonly rule_id: string;
  readonly metric: AlertMetric;
  /** Whose totals it looks at. Metrics that other loops say have a scope of their own. */
  readonly scope: AlertScope;
  /** Hours that are looked at. Changes are against the same hours of the seven days before. */
  readonly window_hours: number;
  /** Hours that totals are left to settle: the window ends so long before now. */
  readonly settle_hours: number;
  readonly comparison: 'above' | 'below';
  readonly threshold: number;
  /** What must stand behind the number, in the unit of its metric (docs/alerts.md); below it nothing is said. */
  readonly min_exposure: number;
  readonly severity: Severity;
  /** Hours that the condition must hold before the alert is raised. */
  readonly hold_hours: number;
  /** Hours that it must have ended before the alert is resolved. */
  readonly clear_hours: number;
  /** Least hours between two alerts of one rule about one thing; doubled with each that came in the last day. */
  readonly cooldown_hours: number;
  /** Ways by which people are told, of those that the program is set up with. */
  readonly channels: readonly Channel[];
}

export interface AlertsPolicy {
  /** What is watched; a list given here takes the place of this one. */
  readonly rules: readonly AlertRule[];
  /** Rules of the list that are not evaluated, by name. */
  readonly off: readonly string[];
  /** Time zone of quiet hours, digests and days of budgets (IANA), such as Europe/Berlin. */
  readonly time_zone: string;
  /** Hour of the day in that zone at which quiet hours begin: what is not critical waits until they end. */
  readonly quiet_from_hour: number;
  /** Hour at which they end; the same hour: there are none. */
  readonly quiet_to_hour: number;
  /** One message an hour, or so many, of all alerts of one rule. */
  readonly group_hours: number;
  /** Variance of clicks and conversions over that of chance, by which intervals are widened. */
  readonly dispersion: number;
  /** Whether each account gets a digest of its day. */
  readonly digest_daily: boolean;
  /** Whether each account gets a digest of its week, on Mondays. */
  readonly digest_weekly: boolean;
  /** Hour of the day at which digests are made. */
  readonly digest_hour: number;
  /** Ways by which digests are sent. */
  readonly digest_channels: readonly Channel[];
}

const usual = {
  scope: 'account',
  window_hours: 24,
  settle_hours: 2,
  comparison: 'above',
  threshold: 0,
  min_exposure: 0,
  severity: 'medium',
  hold_hours: 0,
  clear_hours: 2,
  cooldown_hours: 6,
  channels,
} as const;

type Given = Pick<AlertRule, 'rule_id' | 'metric'> & Partial<AlertRule>;
const rule = (given: Given): AlertRule => ({ ...usual, ...given });

/** Rules about what an account earns, spends and delivers. */
const of_delivery: readonly AlertRule[] = [
  rule({
    ...{ rule_id: 'roas_very_low', metric: 'roas', scope: 'campaign', comparison: 'below', threshold: 2 },
    ...{ settle_hours: 24, min_exposure: 10, severity: 'high', hold_hours: 2, cooldown_hours: 12 },
  }),
  rule({
    ...{ rule_id: 'roas_low', metric: 'roas', scope: 'campaign', comparison: 'below', threshold: 3 },
    ...{ settle_hours: 24, min_exposure: 10, hold_hours: 2, cooldown_hours: 24 },
  }),
  rule({ rule_id: 'budget_mostly_spent', metric: 'budget_spent_share', threshold: 0.8, clear_hours: 1 }),
  rule({
    ...{ rule_id: 'budget_overspent', metric: 'budget_spent_share', threshold: 1, severity: 'critical' },
    ...{ clear_hours: 1, cooldown_hours: 12 },
  }),
  rule({ rule_id: 'ad_disapproved', metric: 'ad_disapproved', scope: 'ad', severity: 'critical', cooldown_hours: 0 }),
  rule({
    ...{ rule_id: 'ctr_drop', metric: 'link_ctr_change', scope: 'ad', comparison: 'below', threshold: -0.2 },
    ...{ min_exposure: 2_000, hold_hours: 2, cooldown_hours: 24 },
  }),
  rule({
    ...{ rule_id: 'conversions_spike', metric: 'conversions_change', scope: 'campaign', threshold: 0.5 },
    ...{ min_exposure: 20, severity: 'low', hold_hours: 1, cooldown_hours: 24 },
  }),
  rule({
    rule_id: 'prediction_error',
    metric: 'prediction_error',
    threshold: 0.3,
    severity: 'low',
    cooldown_hours: 24,
  }),
  rule({
    ...{ rule_id: 'cost_per_result_high', metric: 'cost_per_result', scope: 'campaign', threshold: 10_000 },
    ...{ settle_hours: 24, min_exposure: 100, severity: 'high', hold_hours: 2, cooldown_hours: 12 },
  }),
  rule({
    ...{ rule_id: 'impressions_low', metric: 'impressions_per_hour', scope: 'campaign', comparison: 'below' },
    ...{ threshold: 1_000, window_hours: 3, min_exposure: 1_000, hold_hours: 1, cooldown_hours: 12 },
  }),
  rule({
    ...{ rule_id: 'spend_velocity', metric: 'spend_velocity', threshold: 2, window_hours: 3, min_exposure: 12 },
    ...{ severity: 'high', cooldown_hours: 12 },
  }),
];

/** Rules about what the program does and how it does. */
const of_program: readonly AlertRule[] = [
  rule({ rule_id: 'accuracy_poor', metric: 'accuracy_poor', severity: 'high', cooldown_hours: 24 }),
  rule({ rule_id: 'accuracy_drifted', metric: 'accuracy_drifted', severity: 'high', clear_hours: 72 }),
  rule({
    ...{ rule_id: 'stale_data', metric: 'stale_data_hours', severity: 'high' },
    ...{ clear_hours: 1, cooldown_hours: 3 },
  }),
  rule({ rule_id: 'tracking_lost', metric: 'tracking_lost', severity: 'critical' }),
  rule({ rule_id: 'approval_waiting', metric: 'approval_waiting', clear_hours: 0, cooldown_hours: 0 }),
  rule({ rule_id: 'budget_failed', metric: 'budget_failed', severity: 'high', clear_hours: 24, cooldown_hours: 0 }),
  rule({ rule_id: 'ad_fatigued', metric: 'ad_fatigued', scope: 'ad', cooldown_hours: 72 }),
  rule({ rule_id: 'winner_detected', metric: 'winner_detected', scope: 'ad', severity: 'info', clear_hours: 24 }),
  rule({ rule_id: 'winner_withdrawn', metric: 'winner_withdrawn', scope: 'ad', clear_hours: 24 }),
  rule({
    rule_id: 'promotion_applied',
    metric: 'promotion_applied',
    severity: 'info',
    clear_hours: 24,
    cooldown_hours: 0,
  }),
  rule({ rule_id: 'dead_letters', metric: 'dead_letters', clear_hours: 24, cooldown_hours: 24 }),
  rule({ rule_id: 'group_lag', metric: 'group_lag', threshold: 100_000, severity: 'high', clear_hours: 1 }),
  rule({ rule_id: 'group_stopped', metric: 'group_stopped', severity: 'critical', clear_hours: 0, cooldown_hours: 1 }),
];

export const defaultAlertsPolicy: AlertsPolicy = {
  rules: [...of_delivery, ...of_program],
  off: [],
  time_zone: 'UTC',
  quiet_from_hour: 0,
  quiet_to_hour: 0,
  group_hours: 1,
  dispersion: 2,
  digest_daily: true,
  digest_weekly: true,
  digest_hour: 8,
  digest_channels: channels,
};

/** The rules that are evaluated. */
export const rulesOf = ({ rules, off }: AlertsPolicy): readonly AlertRule[] =>
  off.length === 0 ? rules : rules.filter(({ rule_id }) => !off.includes(rule_id));

const windowed: ReadonlySet<string> = new Set(window_metrics);
export const isWindowed = (metric: AlertMetric): metric is WindowMetric => windowed.has(metric);
const happening: ReadonlySet<string> = new Set(event_metrics);
/** Whether it is over unless it happens again. */
export const isEvent = (metric: AlertMetric): metric is EventMetric => happening.has(metric);
