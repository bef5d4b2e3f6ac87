/** Whether the account's predictions get better, once a day. */
import { trajectoryOf } from '../../learning/improvement/trajectory.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ImprovementMeasured } from '../../schemas/index.ts';
import { counted, done, skipped, type StepOutcome } from '../cycle-step.ts';
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

/** What a cycle's step comes to: predictions that were due, and how much learning has helped so far. */
export function learningOutcome(made: number, improvement: ImprovementMeasured | null): StepOutcome {
  if (made === 0 && improvement === null)
    return skipped('no prediction is due, and nothing has matured that could be compared with the control');
  const due = made === 0 ? 'no prediction was due' : `${counted(made, 'prediction')} made`;
  return done(
    made,
    `${due}; ${improvement === null ? 'too early to compare with the control' : gainWords(improvement)}`,
  );
}

function gainWords({ ads, gain, gain_low, gain_high }: ImprovementMeasured): string {
  if (gain === null || gain_low === null || gain_high === null)
    return `${counted(ads, 'ad')} compared with the control, too few to say`;
  const [mean, low, high] = [gain, gain_low, gain_high].map((nats) => nats.toFixed(4));
  return `learning saved ${mean} nats an ad (95 %: ${low} to ${high}), ${counted(ads, 'ad')} compared with the control`;
}
