/** Predictions of click rates, with interval and the votes they are made of; and how ads tire. */
import { z } from 'zod';
import { isTired, judged } from '../../../processors/fatigue-monitor/judge.ts';
import { levelsOf } from '../../../processors/fatigue-monitor/levels.ts';
import type { Day } from '../../../processors/fatigue-monitor/state.ts';
import { day_ms } from '../../../schemas/values.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { newestPrediction, predictNew, type PredictionView } from '../../operations/predictions/prediction.ts';
import { timeOf } from '../../operations/time-of.ts';
import { policyInForce } from '../../policy-in-force.ts';
import { route, type Place, type Route } from '../route.ts';
import { accuracyRoute } from './actuals.ts';
import { feedbackRoute } from './ab-writes.ts';
import { account_id, copy, iso, list, maybe, num, text, time, word } from './shapes.ts';

const reads = { role: 'viewer', account: 'required', limit: 'read', changes: false } as const;

const vote = z.object({
  model: text,
  ctr: maybe,
  weight: num,
  absent: text.nullable().describe('Why it does not vote'),
});

const predict = route({
  ...reads,
  id: 'predict_ctr',
  method: 'POST',
  path: '/api/ml/predict-ctr',
  tag: 'Predictions',
  words:
    'How often an ad will be clicked: as it was predicted last, before it was shown; or of a new headline, of which nothing is recorded.',
  weight: 2,
  takes: z.strictObject({ account_id, ad_id: word.exactOptional(), headline: copy.exactOptional() }),
  answer: z.object({
    ad_id: text.nullable(),
    prediction_id: text.nullable(),
    predicted_ctr: num.describe('Fraction'),
    ctr_low: num.describe('95 % interval'),
    ctr_high: num,
    stage: text,
    models_used: num,
    votes: list(vote),
    baseline_ctr: num.describe("The account's mean"),
    model_version: text.nullable(),
    reasons: list(text),
    predicted_at: time,
  }),
  problems: [404],
  example: { account_id: 'act_1001', headline: 'Free delivery today' },
}).by(async ({ context }, { account_id: id, ad_id, headline }) => {
  if (ad_id !== undefined) {
    const found = await newestPrediction(context, { account_id: id, ad_id });
    if (found === null) throw new FlywheelError('ad.unknown', { id: ad_id, account_id: id });
    return told(ad_id, found);
  }
  if (headline === undefined)
    throw new FlywheelError('request.argument', {
      operation: 'predict_ctr',
      field: 'ad_id',
      value: 'absent',
      why: 'neither an ad nor a headline is named',
      takes: 'account_id and one of ad_id and headline',
    });
  return told(null, await predictNew(context, { account_id: id, headline }));
});

const told = (ad_id: string | null, { experts, ...view }: PredictionView) => ({
  ad_id,
  prediction_id: view.prediction_id,
  predicted_ctr: view.rate,
  ctr_low: view.rate_low,
  ctr_high: view.rate_high,
  stage: view.stage,
  models_used: experts.filter(({ rate }) => rate !== null).length,
  votes: experts.map(({ expert: model, rate: ctr, weight, absent }) => ({ model, ctr, weight, absent })),
  baseline_ctr: view.baseline_rate,
  model_version: view.model_id,
  reasons: view.causes,
  predicted_at: iso(view.at_ms),
});

const point = z.strictObject({
  ctr: z.number().min(0).max(1),
  impressions: z.number().min(0).max(1e12),
  frequency: z.number().positive().exactOptional(),
  cpm: z.number().min(0).exactOptional(),
});

const fatigue = route({
  ...reads,
  id: 'check_fatigue',
  method: 'POST',
  path: '/api/ml/fatigue/check',
  tag: 'Fatigue',
  words:
    'Whether an ad tires: as the monitor has it, beside the account; or of daily figures that are given, oldest first, which stand alone. `cpm` is not looked at: it rises with auctions as well.',
  takes: z.strictObject({
    account_id,
    ad_id: word,
    metrics_history: z.array(point).min(1).max(365).exactOptional(),
  }),
  answer: z.object({
    ad_id: text,
    status: z.enum(['HEALTHY', 'FATIGUING', 'SATURATED', 'AUDIENCE_EXHAUSTED', 'INSUFFICIENT_DATA']),
    evidence: num.describe('Against that nothing declines; tired from `threshold` on'),
    threshold: num,
    confidence: maybe.describe('Evidence over threshold, at most 1; null with too few data'),
    change: maybe.describe('Of the click rate against its own first days, fraction'),
    change_low: maybe,
    change_high: maybe,
    reason: text,
    days_until_critical: maybe,
    days_until_critical_low: maybe,
    days_until_critical_high: maybe,
    recommendation: z.enum(['CONTINUE', 'REFRESH_CREATIVE', 'ROTATE', 'WIDEN_AUDIENCE']),
  }),
  problems: [404],
  example: { account_id: 'act_1001', ad_id: 'ad_1' },
}).by(async (place, { metrics_history, ...of }) => {
  if (metrics_history !== undefined) return said(of.ad_id, await judgedAlone(place, metrics_history));
  const { ads } = await place.operations.fatigue({ account_id: of.account_id });
  const ad = ads.find(({ ad_id }) => ad_id === of.ad_id);
  if (ad === undefined) throw new FlywheelError('ad.unknown', { id: of.ad_id, account_id: of.account_id });
  return said(of.ad_id, ad);
});

type Told = Omit<ReturnType<typeof judged>['told'], 'previous' | 'since_ms' | 'frequency'>;

async function judgedAlone({ context }: Place, history: readonly z.infer<typeof point>[]): Promise<Told> {
  const today = Math.floor(timeOf(context) / day_ms);
  const days = history.map(({ ctr, impressions, frequency }, i): Day => ({
    day: today - history.length + i,
    impressions,
    clicks: Math.round(ctr * impressions),
    reach: frequency === undefined ? 0 : impressions / frequency,
    spend: null,
  }));
  const nobody = { campaign_id: '', adset_id: '', currency: null, contexts: [] } as const;
  const ad = { kind: 'ad', ...nobody, days, status: 'insufficient_data' } as const;
  return judged(ad, levelsOf([days]), (await policyInForce(context.engine)).fatigue).told;
}

const recommendations = {
  none: 'CONTINUE',
  refresh_creative: 'REFRESH_CREATIVE',
  rotate: 'ROTATE',
  widen_audience: 'WIDEN_AUDIENCE',
} as const;

const statuses = {
  healthy: 'HEALTHY',
  fatiguing: 'FATIGUING',
  saturated: 'SATURATED',
  audience_exhausted: 'AUDIENCE_EXHAUSTED',
  insufficient_data: 'INSUFFICIENT_DATA',
} as const;

const said = (ad_id: string, of: Told) => ({
  ad_id,
  status: statuses[of.status],
  evidence: of.evidence,
  threshold: of.threshold,
  confidence: of.status === 'insufficient_data' ? null : Math.min(1, of.evidence / of.threshold),
  change: of.change,
  change_low: of.change_low,
  change_high: of.change_high,
  reason: of.reason,
  days_until_critical: of.days_to_critical,
  days_until_critical_low: of.days_to_critical_low,
  days_until_critical_high: of.days_to_critical_high,
  recommendation: isTired(of.status) ? recommendations[of.proposal] : 'CONTINUE',
});

export const predictRoutes: readonly Route[] = [predict, feedbackRoute, accuracyRoute, fatigue];
