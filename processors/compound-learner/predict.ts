/** A prediction: what the experts say, mixed, calibrated, with an interval and its reasons. */
import { mixed, presentWeights } from '../../learning/ensemble/fixed-share.ts';
import { rateInterval } from '../../learning/ensemble/interval.ts';
import { updated } from '../../learning/ensemble/posterior.ts';
import { calibrated } from '../../learning/ensemble/recalibration.ts';
import type { Policy } from '../../policy/policy.ts';
import type { PredictionMade, PredictionStage } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { accountRate, memoryEffect, traitCauses, votesOf, type Cause, type Known, type Vote } from './experts.ts';
import { featuresOf } from './features.ts';
import { features_version } from './features-version.ts';
import type { AccountState, Recall } from './state.ts';

export interface Asked {
  readonly account_id: string;
  readonly ad_id: string;
  readonly stage: PredictionStage;
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
  readonly policy: Policy;
}

/** Rates that a prediction may have: none is impossible, none is sure. */
const least_rate = 1e-6;
const most_rate = 0.999;
const inside = (rate: number): number => Math.min(most_rate, Math.max(least_rate, rate));

/** The state with one more prediction, and the prediction. */
export function predicted(
  state: AccountState,
  known: Known,
  { account_id, ad_id, stage, at_ms, policy }: Asked,
): { readonly state: AccountState; readonly prediction: PredictionMade } {
  const rules = policy.prediction;
  const features = featuresOf(known, rules);
  const said = opinion(state, known, { stage, features }, rules);
  const prediction: PredictionMade = {
    account_id,
    prediction_id: `${stage}-${state.predictions + 1}`,
    ad_id,
    campaign_id: known.ad.campaign_id,
    experiment_id: known.ad.experiment_id,
    stage,
    ...said,
    model_id: known.model?.model_id ?? null,
    features,
    features_version,
    impressions_before: known.ad.impressions,
    clicks_before: known.ad.clicks,
    matures_ms: at_ms + rules.horizon_hours * hour_ms,
    causes: causesOf(known, policy, Math.log(said.rate / said.raw_rate)),
    missing: missingOf(known),
    at_ms,
    policy_version: policy.version,
  };
  return { state: { ...state, predictions: state.predictions + 1 }, prediction };
}

type Opinion = Pick<
  PredictionMade,
  'rate' | 'rate_low' | 'rate_high' | 'log_sd' | 'experts' | 'raw_rate' | 'control_rate' | 'baseline_rate'
>;

/** What all experts come to, and what the control and the account's mean say beside it. */
function opinion(
  state: AccountState,
  known: Known,
  { stage, features }: { readonly stage: PredictionStage; readonly features: readonly number[] },
  rules: Policy['prediction'],
): Opinion {
  const votes = votesOf(known, features, rules);
  const rates = votes.map(({ belief }) => belief?.rate ?? null);
  const { weights, stretch } = state.stages[stage];
  const present = presentWeights(weights, rates);
  const baseline_rate = inside(accountRate(known, rules));
  const raw_rate = inside(mixed(weights, rates) ?? baseline_rate);
  const rate = inside(calibrated(state.calibration, raw_rate));
  const log_sd = spread(votes, present, raw_rate);
  const { low, high } = rateInterval(rate, log_sd, stretch);
  const { control } = state;
  return {
    rate,
    rate_low: low,
    rate_high: high,
    log_sd,
    experts: votes.map(({ expert, absent }, k) => ({
      expert,
      rate: rates[k] ?? null,
      weight: present[k] ?? 0,
      absent,
    })),
    raw_rate,
    control_rate: control === null ? baseline_rate : inside(updated(control, known.ad).rate),
    baseline_rate,
  };
}

/** Standard deviation of the log of the true rate: within each expert (1/√shape), and between them. */
function spread(votes: readonly Vote[], weights: readonly number[], mean: number): number {
  const variance = votes.reduce((sum, { belief }, k) => {
    if (belief === null) return sum;
    return sum + (weights[k] ?? 0) * (1 / belief.shape + Math.log(belief.rate / mean) ** 2);
  }, 0);
  return Math.sqrt(variance);
}

const most_causes = 6;
/** Effects below this are not told, on the log scale. */
const least_told = 0.005;

function causesOf(known: Known, { prediction: rules }: Policy, calibration: number): readonly string[] {
  const { ad } = known;
  const memory: Cause = { log_effect: memoryEffect(known, rules), words: memoryWords(ad.recall?.nearest ?? null) };
  const own = ad.impressions === 0 ? [] : [ownCause(known, rules)];
  return [...own, memory, ...traitCauses(known), { log_effect: calibration, words: 'calibration on matured actuals' }]
    .filter(({ log_effect }) => Math.abs(log_effect) >= least_told)
    .sort((a, b) => Math.abs(b.log_effect) - Math.abs(a.log_effect))
    .slice(0, most_causes)
    .map(({ words, log_effect }) => `${words}: ${percent(Math.expm1(log_effect))}`);
}

const memoryWords = (near: Recall['nearest']): string =>
  near === null
    ? 'memory: like no winner'
    : `memory: like ${near.ad_id} (${near.score.toFixed(2)}), which won by ${percent(near.lift)}`;

/** What the prediction is made without, beside experts that are absent. */
function missingOf({ ad: { recall, recall_failure } }: Known): readonly string[] {
  if (recall_failure !== undefined)
    return [`memory ${recall === null ? 'could not answer' : 'answered in part'}: ${recall_failure}`];
  return recall === null ? ['memory has not answered yet'] : [];
}

/** What the ad's own counts move the account's mean by. */
function ownCause(known: Known, rules: Policy['prediction']): Cause {
  const mean = accountRate(known, rules);
  const own = updated({ rate: mean, shape: rules.ad_shape }, known.ad).rate;
  return {
    log_effect: Math.log(own / mean),
    words: `its own ${count(known.ad.clicks)} clicks of ${count(known.ad.impressions)} impressions`,
  };
}

const count = (n: number): string => n.toLocaleString('en-US');
const percent = (fraction: number): string => `${fraction < 0 ? '−' : '+'}${(Math.abs(fraction) * 100).toFixed(1)} %`;
