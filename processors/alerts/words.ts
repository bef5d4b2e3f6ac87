/** What rules and their numbers are called. */
import type { AlertMetric, AlertRule, AlertScope } from '../../policy/alerts.ts';
import { isWindowed } from '../../policy/alerts.ts';
import { minorDecimals } from '../../schemas/currency.ts';
import { exposure_words, type Measured } from './measure.ts';

const metric_words: Readonly<Record<AlertMetric, string>> = {
  roas: 'ROAS',
  cost_per_result: 'Cost per result',
  link_ctr_change: 'Click rate',
  conversions_change: 'Conversions',
  impressions_per_hour: 'Impressions an hour',
  budget_spent_share: 'Spend of the day',
  spend_velocity: 'Spend',
  prediction_error: 'Prediction error',
  accuracy_poor: 'Accuracy of predictions',
  stale_data_hours: 'Totals',
  tracking_lost: 'Tracking of conversions',
  approval_waiting: 'A change of budgets',
  ad_disapproved: 'Review by the platform',
  ad_fatigued: 'Fatigue',
  group_lag: 'Lag',
  group_stopped: 'A group',
  accuracy_drifted: 'Drift of predictions',
  dead_letters: 'Records that were refused',
  budget_failed: 'A change of budgets',
  winner_detected: 'A winner',
  winner_withdrawn: 'A former winner',
  promotion_applied: 'A promotion',
};

export const percent = (fraction: number): string => `${(fraction * 100).toFixed(Math.abs(fraction) < 0.1 ? 1 : 0)} %`;
const signed = (fraction: number): string => `${fraction > 0 ? '+' : ''}${percent(fraction)}`;

/** An amount as people write it. */
export function money(minor: number, currency: string): string {
  const decimals = minorDecimals(currency) ?? 0;
  return `${(minor / 10 ** decimals).toFixed(decimals)} ${currency}`.trim();
}

/** A number of a metric as people read it. */
export function printed(metric: AlertMetric, value: number, currency: string): string {
  switch (metric) {
    case 'cost_per_result':
      return money(value, currency);
    case 'link_ctr_change':
    case 'conversions_change':
      return signed(value);
    case 'budget_spent_share':
    case 'prediction_error':
    case 'accuracy_poor':
      return percent(value);
    case 'spend_velocity':
      return `${value.toFixed(1)} times as usual`;
    case 'roas':
      return value.toFixed(2);
    default:
      return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toFixed(1)));
  }
}

const scope_words: Readonly<Record<AlertScope, string>> = { account: 'account', campaign: 'campaign', ad: 'ad' };

export const thingWords = (scope: AlertScope, id: string, name: string | null): string =>
  name === null ? `${scope_words[scope]} ${id}` : `${scope_words[scope]} “${name}” (${id})`;

/** A number with its interval: "1.40 (95 %: 1.10 to 1.80)"; "at least 27.30 USD" where there is no value. */
export function numberWords(metric: AlertMetric, { value, low, high }: Measured, currency: string): string {
  const print = (one: number): string => printed(metric, one, currency);
  if (value === null) return low === null ? 'not known' : `at least ${print(low)} (95 %)`;
  if (low === null && high === null) return print(value);
  const upper = high === null ? 'no upper end' : print(high);
  return `${print(value)} (95 %: ${low === null ? 'no lower end' : print(low)} to ${upper})`;
}

/** A rule's number in a sentence, with what it is compared with and what stands behind it. */
export function reasonOf(rule: AlertRule, thing: string, found: Measured, currency: string): string {
  const { metric, comparison, threshold, window_hours } = rule;
  const number = numberWords(metric, found, currency);
  const limit = `${comparison === 'above' ? 'at or above' : 'below'} ${printed(metric, threshold, currency)}`;
  const time = metric === 'budget_spent_share' ? 'so far' : `in ${window_hours} hours`;
  const of = found.beside === null ? '' : ` of ${found.beside}`;
  const change = metric === 'link_ctr_change' || metric === 'conversions_change' ? ' against the week before' : '';
  const exposure = isWindowed(metric)
    ? `, on ${Math.round(found.exposure).toLocaleString('en-US')} ${exposure_words[metric]}`
    : '';
  return `${metric_words[metric]} of ${thing}: ${number}${of} ${time}${change}; the rule is ${limit}${exposure}.`;
}
