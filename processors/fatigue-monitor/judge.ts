/** How an ad does: against its own first days, beside the account. */
import { declineOf, dispersionAt, slopeOf, type AdDay, type Decline } from '../../learning/fatigue/decline.ts';
import { besideAccount, type AccountLevel } from '../../learning/fatigue/level.ts';
import type { Refresh } from '../../learning/fatigue/refresh.ts';
import type { FatiguePolicy } from '../../policy/fatigue.ts';
import type { AdFatigued } from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import type { AdPart, Day, Status } from './state.ts';

type Ids = 'account_id' | 'ad_id' | 'campaign_id' | 'adset_id';

export interface Judged {
  readonly status: Status;
  readonly told: Omit<AdFatigued, Ids | keyof Refresh | 'at_ms' | 'policy_version'>;
}

const z95 = 1.959964;
const week_days = 7;
/** Days that the slope is fitted to. */
const slope_days = 14;

/** @param ad its days end with the day that is judged */
export function judged(ad: AdPart, level: AccountLevel, rules: FatiguePolicy): Judged {
  const days = besideAccount(ad.days, level);
  const dispersion = dispersionAt(days, rules);
  const decline = declineOf(days, { ratio: rules.ratio, baseline_days: rules.baseline_days, dispersion });
  const frequency = frequencyOf(ad.days);
  const status = statusOf(ad, decline, frequency, rules);
  const critical = daysToCritical(days, decline, dispersion, rules);
  const { change, since_day } = decline;
  return {
    status,
    told: {
      status,
      previous: ad.status,
      evidence: decline.evidence,
      threshold: rules.threshold,
      change: change?.value ?? null,
      change_low: change?.low ?? null,
      change_high: change?.high ?? null,
      since_ms: since_day === null ? null : since_day * day_ms,
      ...critical,
      frequency,
      proposal: proposalOf(status),
      reason: reasonOf(status, decline, ad.days, frequency),
    },
  };
}

export const isTired = (status: Status): boolean =>
  status === 'fatiguing' || status === 'saturated' || status === 'audience_exhausted';

function statusOf(ad: AdPart, decline: Decline, frequency: number | null, rules: FatiguePolicy): Status {
  const first = ad.days.slice(0, rules.baseline_days);
  const clicks = first.reduce((sum, day) => sum + day.clicks, 0);
  if (ad.days.length <= rules.baseline_days || clicks < rules.baseline_clicks) return 'insufficient_data';
  // A tired ad has recovered only well below what called it tired: the status does not flicker.
  const needed = isTired(ad.status) ? rules.threshold * rules.recovery_share : rules.threshold;
  if (decline.evidence < needed) return 'healthy';
  if (frequency !== null && frequency >= rules.frequency) return 'audience_exhausted';
  return (decline.change?.value ?? 0) <= -rules.saturated_loss ? 'saturated' : 'fatiguing';
}

/** Impressions per person over the last week; null where reach is not given for all of it. */
function frequencyOf(days: readonly Day[]): number | null {
  const last = days.slice(-week_days);
  if (last.length === 0 || last.some(({ reach }) => reach <= 0)) return null;
  const impressions = last.reduce((sum, day) => sum + day.impressions, 0);
  // Days reach some people twice: the largest day is the least that the week reached.
  return impressions / Math.max(...last.map(({ reach }) => reach));
}

type Critical = Pick<AdFatigued, 'days_to_critical' | 'days_to_critical_low' | 'days_to_critical_high'>;
const unknown: Critical = { days_to_critical: null, days_to_critical_low: null, days_to_critical_high: null };

/** Days until the critical loss at the slope of the last fortnight; null where it does not fall. */
function daysToCritical(
  days: readonly AdDay[],
  { change }: Decline,
  dispersion: number,
  { critical_loss }: FatiguePolicy,
): Critical {
  const slope = slopeOf(days.slice(-slope_days), dispersion);
  if (slope === null || change === null || slope.value >= 0) return unknown;
  const left = Math.log1p(-critical_loss) - Math.log1p(change.value);
  if (left >= 0) return { days_to_critical: 0, days_to_critical_low: 0, days_to_critical_high: 0 };
  const steepest = slope.value - z95 * slope.se;
  const flattest = slope.value + z95 * slope.se;
  return {
    days_to_critical: left / slope.value,
    days_to_critical_low: left / steepest,
    days_to_critical_high: flattest < 0 ? left / flattest : null,
  };
}

/** What may be done; a person or the executor decides. */
function proposalOf(status: Status): AdFatigued['proposal'] {
  if (status === 'audience_exhausted') return 'widen_audience';
  return status === 'saturated' ? 'rotate' : status === 'fatiguing' ? 'refresh_creative' : 'none';
}

const percent = (fraction: number): string => `${Math.abs(fraction * 100).toFixed(0)} %`;

function reasonOf(
  status: Status,
  { change, since_day }: Decline,
  days: readonly Day[],
  frequency: number | null,
): string {
  if (status === 'insufficient_data') return 'Too few days or clicks to compare with.';
  if (status === 'healthy' || change === null)
    return 'No decline beside the account that chance would not bring as well.';
  const for_days = (days.at(-1)?.day ?? 0) - (since_day ?? 0) + 1;
  const range = change.high < 0 ? ` (${percent(change.high)} to ${percent(change.low)})` : '';
  const seen =
    status === 'audience_exhausted' ? `, and shown ${frequency?.toFixed(1) ?? ''} times to each person a week` : '';
  return `Clicked ${percent(change.value)} less${range} than before, beside the account, for ${for_days} days${seen}.`;
}
