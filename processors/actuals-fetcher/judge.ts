/** Once a day: how accurate predictions were, whether their errors drift, and whether a new model is wanted. */
import { agreementOf } from '../../learning/accuracy/agreement.ts';
import { dispersionOf } from '../../learning/accuracy/dispersion.ts';
import { started, step } from '../../learning/drift/page-hinkley.ts';
import { scaleOf, withError, type ScaleRule } from '../../learning/drift/scale.ts';
import type { AccuracyPolicy } from '../../policy/accuracy.ts';
import type { AccuracyDrifted, AccuracyMeasured, ModelRetrainRequested, PredictionStage } from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import type { Tick } from './on-tick.ts';
import type { AccountState, ScoredRow } from './state.ts';

export interface Judged {
  readonly state: AccountState;
  readonly measured: readonly AccuracyMeasured[];
  readonly drifted: AccuracyDrifted | null;
  readonly retrain: ModelRetrainRequested | null;
}

export function judged(before: AccountState, scored: Scored, tick: Tick): Judged {
  const measured = accuraciesOf(before, scored, tick);
  const { state, drifted } = withToday(before, tick);
  const why = reasonToRetrain(measured, drifted, tick.policy.accuracy) ?? scheduled(state, scored, tick);
  const retrain = why === null ? null : wanted(state, why, tick);
  return {
    state: retrain === null ? state : { ...state, retrain_ms: tick.now_ms },
    measured,
    drifted,
    retrain,
  };
}

type Scored = ReadonlyMap<PredictionStage, readonly ScoredRow[]>;

/** Accuracy of every age that something matured of. */
export const accuraciesOf = (state: AccountState, scored: Scored, tick: Tick): readonly AccuracyMeasured[] =>
  [...scored].flatMap(([stage, rows]) => {
    const found = accuracyOf(state, stage, rows, tick);
    return found === null ? [] : [found.accuracy];
  });

/** Why a new model is wanted now though no drift was found, and the wish for it: null while the last one is recent. */
export function wish(
  state: AccountState,
  scored: Scored,
  tick: Tick,
): { readonly why: string; readonly retrain: ModelRetrainRequested | null } | null {
  const measured = accuraciesOf(state, scored, tick);
  const why = reasonToRetrain(measured, null, tick.policy.accuracy) ?? scheduled(state, scored, tick);
  return why === null ? null : { why: why.words, retrain: wanted(state, why, tick) };
}

/** Accuracy of one age, and the predictions it is of; null where nothing matured in the window. */
export function accuracyOf(
  { dispersion }: AccountState,
  stage: PredictionStage,
  all: readonly ScoredRow[],
  { account_id, now_ms, policy }: Tick,
): { readonly accuracy: AccuracyMeasured; readonly rows: readonly ScoredRow[] } | null {
  const rules = policy.accuracy;
  const rows = all.filter(({ day }) => day > now_ms / day_ms - rules.window_days);
  if (rows.length === 0) return null;
  const phi = dispersionOf(dispersion);
  const { agreement, ceiling, accuracy, low, high } = agreementOf(rows, phi);
  const clicks = rows.reduce((sum, row) => sum + row.clicks, 0);
  const expected = rows.reduce((sum, row) => sum + row.impressions * row.rate, 0);
  const baseline = rows.map((row) => ({ ...row, rate: row.baseline_rate }));
  const enough = rows.length >= rules.min_ads && clicks >= rules.min_clicks && high !== null;
  const measured: AccuracyMeasured = {
    account_id,
    stage,
    days: rules.window_days,
    ads: rows.length,
    clicks,
    agreement,
    ceiling,
    accuracy,
    accuracy_low: low,
    accuracy_high: high,
    baseline_agreement: agreementOf(baseline, phi).agreement,
    bias: expected > 0 ? clicks / expected : null,
    dispersion: phi,
    status: enough ? (high < rules.threshold ? 'poor' : 'good') : 'unknown',
    at_ms: now_ms,
    policy_version: policy.version,
  };
  return { accuracy: measured, rows };
}

/** Days whose errors say how far errors scatter, and days that chance alone is believed with. */
const scale_memory_days = 120;
const scale_prior_days = 15;

export interface DriftView {
  /** Days with matured predictions since the last drift. */
  readonly days: number;
  /** Mean error of those days, standard deviations; positive where more was clicked than predicted. */
  readonly mean_error: number;
  /** How far errors have run above and below their mean, and from where that is a drift. */
  readonly up: number;
  readonly down: number;
  readonly threshold: number;
  /** How many times as far as predictions say errors scatter in the long run. */
  readonly scale: number;
}

const scaleRule = (rules: AccuracyPolicy): ScaleRule => ({
  lag: rules.drift_min_days,
  memory: scale_memory_days,
  prior: scale_prior_days,
});

export const driftOf = ({ drift, scale }: AccountState, rules: AccuracyPolicy): DriftView => ({
  days: drift.count,
  mean_error: drift.mean,
  up: drift.up,
  down: drift.down,
  threshold: rules.drift_threshold,
  scale: scaleOf(scale, scaleRule(rules)),
});

/** The day's error among those before; a day on which nothing matured says nothing. */
function withToday(
  before: AccountState,
  { account_id, now_ms, policy }: Tick,
): { readonly state: AccountState; readonly drifted: AccuracyDrifted | null } {
  const { error, variance } = before.today;
  if (variance <= 0) return { state: before, drifted: null };
  const rules = policy.accuracy;
  const standardised = error / Math.sqrt(variance);
  const scale_rule = scaleRule(rules);
  const taken = step(before.drift, standardised / scaleOf(before.scale, scale_rule), {
    tolerance: rules.drift_tolerance,
    threshold: rules.drift_threshold,
    least: rules.drift_min_days,
  });
  const scale = withError(before.scale, standardised, scale_rule);
  const state = {
    ...before,
    today: { error: 0, variance: 0 },
    scale,
    drift: taken.drift === 0 ? taken.state : started,
  };
  if (taken.drift === 0) return { state, drifted: null };
  const { count: windows, mean: mean_error, up, down } = taken.state;
  const more = taken.drift > 0;
  const statistic = more ? up : down;
  return {
    state,
    drifted: {
      account_id,
      direction: more ? 'more_clicks' : 'fewer_clicks',
      statistic,
      threshold: rules.drift_threshold,
      windows,
      mean_error,
      reason:
        `Over ${windows} days with matured predictions, errors ran ${statistic.toFixed(1)} standard deviations ` +
        `${more ? 'above' : 'below'} their mean, where ${rules.drift_threshold} is a drift.`,
      at_ms: now_ms,
      policy_version: policy.version,
    },
  };
}

interface Why {
  readonly reason: 'drift' | 'accuracy' | 'schedule';
  readonly words: string;
}

function reasonToRetrain(
  measured: readonly AccuracyMeasured[],
  drifted: AccuracyDrifted | null,
  { threshold }: AccuracyPolicy,
): Why | null {
  if (drifted !== null) return { reason: 'drift', words: drifted.reason };
  const poor = measured.find(({ status }) => status === 'poor');
  if (poor === undefined) return null;
  const high = ((poor.accuracy_high ?? 0) * 100).toFixed(0);
  return {
    reason: 'accuracy',
    words: `Accuracy of ${poor.ads} predictions (${poor.stage}) is at most ${high} %, below ${(threshold * 100).toFixed(0)} %.`,
  };
}

/** Nothing is wrong, but there is more to learn from than when a model was last wanted. */
function scheduled({ retrain_ms }: AccountState, scored: Scored, { now_ms, policy }: Tick): Why | null {
  const rows = [...scored.values()].reduce((sum, one) => sum + one.length, 0);
  if (rows < policy.training.min_rows) return null;
  if (retrain_ms !== null && now_ms - retrain_ms < policy.accuracy.retrain_days * day_ms) return null;
  return { reason: 'schedule', words: `${rows} predictions have matured, and no model was wanted for a while.` };
}

/** The wish for a new model; null while the last one is recent. */
function wanted(
  { retrain_ms }: AccountState,
  { reason, words: why }: Why,
  { account_id, now_ms, policy }: Tick,
): ModelRetrainRequested | null {
  const { retrain_cooldown_days, training_days } = policy.accuracy;
  if (retrain_ms !== null && now_ms - retrain_ms < retrain_cooldown_days * day_ms) return null;
  const request_id = `retrain-${now_ms}`;
  return {
    account_id,
    request_id,
    reason,
    why,
    from_ms: now_ms - training_days * day_ms,
    to_ms: now_ms,
    at_ms: now_ms,
    policy_version: policy.version,
  };
}
