/** Whether the account's predictions get better, once a day. */
import { trajectoryOf } from '../../learning/improvement/trajectory.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ImprovementMeasured } from '../../schemas/index.ts';
import type { DayLosses } from './state.ts';

/** Days ahead that are said: now, a month, a quarter, a year. */
const horizons_days = [0, 30, 90, 365];

export function improvementOf(
  days: readonly DayLosses[],
  { account_id, at_ms, policy }: { readonly account_id: string; readonly at_ms: number; readonly policy: Policy },
): ImprovementMeasured {
  const trajectory = trajectoryOf(days, horizons_days);
  const total = (field: 'impressions' | 'live' | 'control' | 'baseline'): number =>
    days.reduce((sum, day) => sum + day[field], 0);
  const impressions = total('impressions');
  const perImpression = (sum: number): number | null => (impressions > 0 ? sum / impressions : null);
  return {
    account_id,
    days: trajectory.days,
    ads: trajectory.ads,
    gain: trajectory.mean?.gain ?? null,
    gain_low: trajectory.mean?.low ?? null,
    gain_high: trajectory.mean?.high ?? null,
    live_loss: perImpression(total('live')),
    control_loss: perImpression(total('control')),
    baseline_loss: perImpression(total('baseline')),
    points: trajectory.points,
    at_ms,
    policy_version: policy.version,
  };
}
