/** What rules can watch and of what, how urgent it can be, and by which ways people are told. */

/**
 * What a rule can watch. The first kind is worked out of totals each hour; the second is what other loops say; the third
 * is something that happened, and is over when it does not happen again.
 */
export const window_metrics = [
  'roas',
  'cost_per_result',
  'link_ctr_change',
  'conversions_change',
  'impressions_per_hour',
  'budget_spent_share',
  'spend_velocity',
] as const;
export const state_metrics = [
  'prediction_error',
  'accuracy_poor',
  'stale_data_hours',
  'tracking_lost',
  'approval_waiting',
  'ad_disapproved',
  'ad_fatigued',
  'group_lag',
  'group_stopped',
] as const;
export const event_metrics = [
  'accuracy_drifted',
  'dead_letters',
  'budget_failed',
  'winner_detected',
  'winner_withdrawn',
  'promotion_applied',
] as const;
export const alert_metrics = [...window_metrics, ...state_metrics, ...event_metrics] as const;
export type WindowMetric = (typeof window_metrics)[number];
export type EventMetric = (typeof event_metrics)[number];
export type AlertMetric = (typeof alert_metrics)[number];

/** The most urgent first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

export const channels = ['slack', 'webhook', 'email'] as const;
export type Channel = (typeof channels)[number];

export const alert_scopes = ['account', 'campaign', 'ad'] as const;
export type AlertScope = (typeof alert_scopes)[number];
