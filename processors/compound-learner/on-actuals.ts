/** What came of a prediction moves weights, calibration and intervals, and is compared with the control. */
import { reweighted } from '../../learning/ensemble/fixed-share.ts';
import { isMissed, stretched } from '../../learning/ensemble/interval.ts';
import { logLoss, overdispersedLogLoss } from '../../learning/ensemble/outcome-loss.ts';
import { fitted, identity, type Calibration } from '../../learning/ensemble/recalibration.ts';
import type { Policy } from '../../policy/policy.ts';
import type { PredictionPolicy } from '../../policy/prediction.ts';
import type { ActualsFetched, EnsembleReweighted } from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import { accountRate } from './experts.ts';
import { partOf } from '../parts.ts';
import {
  baseline_name,
  days_name,
  experts,
  matured_name,
  niche_name,
  type AccountState,
  type DayLosses,
  type Part,
} from './state.ts';

export interface Learned {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part>;
  readonly told: EnsembleReweighted;
}

/** State and parts after the first actuals of a prediction; null where they are too few to learn from, or a restatement. */
export function takeActuals(
  state: AccountState,
  event: ActualsFetched,
  parts: ReadonlyMap<string, Part>,
  { version, prediction: policy }: Policy,
): Learned | null {
  if (event.revision > 0 || event.impressions < policy.min_impressions) return null;
  const { stage } = event;
  const losses = lossesOf(event, policy);
  const before = state.stages[stage];
  const rows = withMatured(partOf(parts, matured_name, 'matured')?.rows ?? [], event);
  const calibration = calibrationOf(rows, policy);
  const missed = isMissed(event.rate, event.log_sd, before.stretch, event);
  const after = {
    weights: reweighted(before.weights, losses, policy.weight_share),
    actuals: before.actuals + 1,
    stretch: stretched(before.stretch, missed, policy.interval_step),
  };
  const next: AccountState = { ...state, stages: { ...state.stages, [stage]: after }, calibration };
  const days = withDay(partOf(parts, days_name, 'days')?.days ?? [], state, event, policy);
  return {
    state: { ...next, control: state.control ?? controlOf(next, event, parts, policy) },
    parts: new Map<string, Part>([
      [matured_name, { kind: 'matured', rows }],
      ...(days === null ? [] : [[days_name, { kind: 'days', days }] as const]),
    ]),
    told: {
      account_id: event.account_id,
      stage,
      experts: experts.map((expert, k) => ({ expert, weight: after.weights[k] ?? 0, log_loss: losses[k] ?? null })),
      actuals: after.actuals,
      stretch: after.stretch,
      calibration_a: calibration.a,
      calibration_b: calibration.b,
      calibration_c: calibration.c,
      prediction_id: event.prediction_id,
      at_ms: event.at_ms,
      policy_version: version,
    },
  };
}

/** Loss of each expert, in the order of `experts`; null for the absent. */
const lossesOf = (event: ActualsFetched, { residual_shape }: PredictionPolicy): readonly (number | null)[] =>
  experts.map((expert) => {
    const rate = event.experts.find((vote) => vote.expert === expert)?.rate ?? null;
    return rate === null ? null : overdispersedLogLoss(rate, event, residual_shape);
  });

const row_length = 3;
const most_matured = 300;

const withMatured = (rows: readonly number[], { raw_rate, impressions, clicks }: ActualsFetched): readonly number[] =>
  [...rows, raw_rate, impressions, clicks].slice(-row_length * most_matured);

function calibrationOf(rows: readonly number[], policy: PredictionPolicy): Calibration {
  if (rows.length < row_length * policy.calibration_actuals) return identity;
  const outcomes = Array.from({ length: rows.length / row_length }, (_, i) => ({
    rate: rows[i * row_length] ?? 0,
    impressions: rows[i * row_length + 1] ?? 0,
    clicks: rows[i * row_length + 2] ?? 0,
  }));
  return fitted(outcomes, policy.residual_shape, policy.calibration_prior_sd);
}

/** The control freezes what the account's mean is once so many actuals came; before that there is nothing to freeze. */
function controlOf(
  { stages }: AccountState,
  event: ActualsFetched,
  parts: ReadonlyMap<string, Part>,
  policy: PredictionPolicy,
): AccountState['control'] {
  const actuals = stages.cold.actuals + stages.day_1.actuals + stages.day_3.actuals;
  if (actuals < policy.control_actuals) return null;
  const known = { baseline: partOf(parts, baseline_name, 'baseline'), niche: partOf(parts, niche_name, 'niche') };
  return { rate: accountRate(known, policy), shape: policy.ad_shape, since_ms: event.at_ms };
}

/** Days that are kept. */
const most_days = 400;

const empty_day: DayLosses = {
  day: 0,
  ads: 0,
  sum: 0,
  squares: 0,
  impressions: 0,
  live: 0,
  control: 0,
  baseline: 0,
};

function withLosses(day: DayLosses, event: ActualsFetched, gain: number): DayLosses {
  const of = (rate: number): number => event.impressions * logLoss(rate, event);
  return {
    day: day.day,
    ads: day.ads + 1,
    sum: day.sum + gain,
    squares: day.squares + gain * gain,
    impressions: day.impressions + event.impressions,
    live: day.live + of(event.rate),
    control: day.control + of(event.control_rate),
    baseline: day.baseline + of(event.baseline_rate),
  };
}

/** The days with a comparison more; null where the prediction is older than the control. */
function withDay(
  days: readonly DayLosses[],
  { control }: AccountState,
  event: ActualsFetched,
  { residual_shape }: PredictionPolicy,
): readonly DayLosses[] | null {
  if (control === null || event.predicted_ms < control.since_ms) return null;
  const gain =
    overdispersedLogLoss(event.control_rate, event, residual_shape) -
    overdispersedLogLoss(event.rate, event, residual_shape);
  const day = Math.floor(event.at_ms / day_ms);
  const known = days.find((one) => one.day === day);
  const sums = withLosses(known ?? { ...empty_day, day }, event, gain);
  if (known !== undefined) return days.map((one) => (one === known ? sums : one));
  return [...days, sums].sort((a, b) => a.day - b.day).slice(-most_days);
}
