/**
 * How an ad does: against its own first days, beside the account. Clicks alone say whether it is tired: frequency and
 * cost move with budgets and auctions as well, so they say only in what way it is.
 */
import { declineOf, dispersionAt, type AdDay, type Decline } from '../../learning/fatigue/decline.ts';
import { besideAccount, levelScatter } from '../../learning/fatigue/level.ts';
import type { Refresh } from '../../learning/fatigue/refresh.ts';
import { daysUntil, lineOf } from '../../learning/fatigue/until.ts';
import type { FatiguePolicy } from '../../policy/fatigue.ts';
import type { AdFatigued } from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import { costChange, type Levels } from './levels.ts';
import { costPerClick, frequencyOf } from './signs.ts';
import type { AdPart, Status } from './state.ts';
import { reasonOf } from './words.ts';

type Ids = 'account_id' | 'ad_id' | 'campaign_id' | 'adset_id';

export interface Judged {
  readonly status: Status;
  readonly told: Omit<AdFatigued, Ids | keyof Refresh | 'at_ms' | 'policy_version'>;
}

/** Days that the line is fitted to. */
const line_days = 14;

/** @param ad its days end with the day that is judged */
export function judged(ad: AdPart, levels: Levels, rules: FatiguePolicy): Judged {
  const days = besideAccount(ad.days, levels.clicks);
  const dispersion = dispersionAt(days, rules) * levelScatter(ad.days, levels.clicks);
  const decline = declineOf(days, { ratio: rules.ratio, baseline_days: rules.baseline_days, dispersion });
  const { change, since_day } = decline;
  const frequency = frequencyOf(ad.days);
  const cost_change = costChange(ad.days, since_day, levels);
  const cost_per_click_minor = costPerClick(ad.days);
  const status = statusOf(ad, decline, { frequency, cost_change }, rules);
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
      ...daysToCritical(days, decline, dispersion, rules),
      frequency,
      cost_per_click_minor,
      currency: cost_per_click_minor === null ? null : ad.currency,
      cost_change,
      proposal: proposalOf(status),
      reason: reasonOf({ status, decline, days: ad.days, frequency, cost_change }),
    },
  };
}

export const isTired = (status: Status): boolean =>
  status === 'fatiguing' || status === 'saturated' || status === 'audience_exhausted';

type Signs = Pick<AdFatigued, 'frequency' | 'cost_change'>;

/** What an ad was called last is taken back only well below the limit that called it so: its status does not flicker. */
function statusOf(ad: AdPart, decline: Decline, { frequency, cost_change }: Signs, rules: FatiguePolicy): Status {
  const limit = (at: number, holds: boolean): number => (holds ? at * (1 - rules.margin) : at);
  const first = ad.days.slice(0, rules.baseline_days);
  const clicks = first.reduce((sum, day) => sum + day.clicks, 0);
  const enough = limit(rules.baseline_clicks, ad.status !== 'insufficient_data');
  if (ad.days.length <= rules.baseline_days || clicks < enough) return 'insufficient_data';
  const needed = isTired(ad.status) ? rules.threshold * rules.recovery_share : rules.threshold;
  if (decline.evidence < needed) return 'healthy';
  const exhausted = ad.status === 'audience_exhausted';
  // A week of which reach is not given says nothing against what was seen before.
  if (frequency === null ? exhausted : frequency >= limit(rules.frequency, exhausted)) return 'audience_exhausted';
  const saturated = ad.status === 'saturated';
  const lost = -(decline.change?.value ?? 0) >= limit(rules.saturated_loss, saturated);
  const dear = cost_change !== null && cost_change >= limit(rules.saturated_cost_rise, saturated);
  return lost || dear ? 'saturated' : 'fatiguing';
}

type Critical = Pick<AdFatigued, 'days_to_critical' | 'days_to_critical_low' | 'days_to_critical_high'>;

/** Days until the critical loss as the last fortnight goes; null where it does not fall. */
function daysToCritical(
  days: readonly AdDay[],
  { before }: Decline,
  dispersion: number,
  { critical_loss }: FatiguePolicy,
): Critical {
  const line = before === null ? null : lineOf(days.slice(-line_days), dispersion);
  const until = line === null || before === null ? null : daysUntil(line, before, { dispersion, loss: critical_loss });
  return {
    days_to_critical: until?.days ?? null,
    days_to_critical_low: until?.low ?? null,
    days_to_critical_high: until?.high ?? null,
  };
}

/** What may be done; a person or the executor decides. */
function proposalOf(status: Status): AdFatigued['proposal'] {
  if (status === 'audience_exhausted') return 'widen_audience';
  return status === 'saturated' ? 'rotate' : status === 'fatiguing' ? 'refresh_creative' : 'none';
}
