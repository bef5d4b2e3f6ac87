/** Loop 7, winners: decided from each event at a stated error rate. These routes say how experiments stand; they decide nothing. */
import { z } from 'zod';
import { day_ms } from '../../../schemas/values.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { ExperimentDetail, ExperimentRow } from '../../operations/operations.ts';
import { winnersOf, type WinnerRow } from '../../operations/experiments/winners.ts';
import { timeOf } from '../../operations/time-of.ts';
import { noTotals, totalsByAd, type Totals } from '../../operations/tables/totals.ts';
import { route, type Place, type Route } from '../route.ts';
import { confidenceOf, detailOf } from './ab-experiments.ts';
import { account_id, iso, limit, list, maybe, num, text, time, totalsFields, withRates, word } from './shapes.ts';

const reads = { tag: 'Winners', role: 'viewer', account: 'required', limit: 'read', changes: false } as const;

const check_status = z.enum(['promoted', 'continue_testing', 'insufficient_data', 'withdrawn', 'ended', 'blocked']);

/** In the words of before; what is ended or blocked has none there. */
function checked({ standing, waits_for }: ExperimentRow): z.input<typeof check_status> {
  if (standing === 'winner') return 'promoted';
  if (standing === 'withdrawn' || standing === 'ended' || standing === 'blocked') return standing;
  return waits_for !== null && waits_for.what !== 'blocks' ? 'insufficient_data' : 'continue_testing';
}

const result = z.object({
  experiment_id: text,
  account_id: text,
  status: check_status,
  winner_ad_id: text.nullable(),
  confidence: maybe.describe('Evidence over what is needed, at most 1; no probability'),
  message: text,
  promoted_at: time.nullable(),
});

const resultOf = (row: ExperimentRow): z.input<typeof result> => ({
  experiment_id: row.experiment_id,
  account_id: row.account_id,
  status: checked(row),
  winner_ad_id: row.standing === 'winner' ? row.leading_ad_id : null,
  confidence: confidenceOf(row),
  message: row.reason,
  promoted_at: row.standing === 'winner' && row.announced_ms !== null ? iso(row.announced_ms) : null,
});

const share = z.object({ adset_id: text, ad_id: text, share: maybe });

const check = route({
  ...reads,
  id: 'check_promotion',
  method: 'POST',
  path: '/api/ml/auto-promote/check',
  words:
    'How an experiment stands: winner, or what is missing. Every event decides it anew, so there is nothing to trigger; `force_promotion` is refused where the evidence does not show a winner.',
  weight: 2,
  takes: z.strictObject({ account_id, experiment_id: word, force_promotion: z.boolean().exactOptional() }),
  answer: z.object({
    ...result.shape,
    winner_metrics: z.object(totalsFields).nullable(),
    loser_ad_id: text.nullable().describe('The arm with the least evidence'),
    budget_reallocation: list(share).describe('Shares as they were proposed last'),
    insights: list(text).describe('What the winner had that its rivals had not, and what that goes with'),
    decision_id: text.nullable(),
  }),
  problems: [404, 409],
  example: { account_id: 'act_1001', experiment_id: 'exp_1' },
}).by(async (place, { force_promotion, ...of }) => {
  const detail = await detailOf(place, of);
  if (force_promotion === true && detail.standing !== 'winner')
    throw new FlywheelError('promotion.forced', { id: of.experiment_id, reason: detail.reason });
  const totals = await totalsByAd(place.context.analytics, of.account_id, detail.campaign_id);
  return { ...resultOf(detail), ...(await armsIn(place, detail, totals)), decision_id: detail.decision_id };
});

async function armsIn({ operations }: Place, detail: ExperimentDetail, totals: ReadonlyMap<string, Totals>) {
  const { account_id: account, experiment_id, arms, standing, leading_ad_id } = detail;
  const winner = standing === 'winner' ? leading_ad_id : null;
  const [weakest] = [...arms].sort((a, b) => a.e_value - b.e_value);
  const why = winner === null ? null : await operations.why_won({ account_id: account, experiment_id, ad_id: winner });
  return {
    winner_metrics: winner === null ? null : withRates(totals.get(winner) ?? noTotals),
    loser_ad_id: winner === null ? null : (weakest?.ad_id ?? null),
    budget_reallocation: arms.map(({ adset_id, ad_id, share: part }) => ({ adset_id, ad_id, share: part })),
    insights: why?.words ?? [],
  };
}

const checkAll = route({
  ...reads,
  id: 'check_all_promotions',
  method: 'POST',
  path: '/api/ml/auto-promote/check-all',
  words: 'The same of all experiments of the account, a page of them, winners first.',
  weight: 2,
  takes: z.strictObject({ account_id, limit: limit.exactOptional(), after: word.exactOptional() }),
  answer: z.object({
    total_checked: num,
    promoted: num,
    continue_testing: num,
    results: list(result),
    next: text.nullable(),
  }),
  example: { account_id: 'act_1001' },
}).by(async ({ operations }, filter) => {
  const { rows, total, next } = await operations.experiments(filter);
  const results = rows.map(resultOf);
  const count = (status: string): number => results.filter((one) => one.status === status).length;
  const [promoted, continue_testing] = [count('promoted'), count('continue_testing')];
  return { total_checked: total, promoted, continue_testing, results, next };
});

const past = z
  .object({
    experiment_id: text,
    winner_ad_id: text,
    promoted_at: time,
    withdrawn_at: time.nullable().describe('When it was taken back on restated data'),
    lift: num.describe('Over its best rival, shrunken, fraction'),
    lift_low: num,
    lift_high: num,
    e_value: num,
    threshold: num,
    impressions: num,
    rate: num,
    rival_rate: num,
    reason: text,
    policy_version: text,
  })
  .meta({ id: 'Promotion' });

const pastOf = ({ at_ms, withdrawn_ms, ad_id, ...row }: WinnerRow): z.input<typeof past> => ({
  ...row,
  winner_ad_id: ad_id,
  promoted_at: iso(at_ms),
  withdrawn_at: withdrawn_ms === null ? null : iso(withdrawn_ms),
});

const usual_days = 30;
const usual_limit = 100;

const history = route({
  ...reads,
  id: 'promotion_history',
  method: 'POST',
  path: '/api/ml/auto-promote/history',
  words:
    'Winners that were announced in the last days, newest first, with their evidence; those taken back are marked.',
  weight: 2,
  takes: z.strictObject({
    account_id,
    days_back: z.int().min(1).max(3_650).exactOptional(),
    limit: limit.exactOptional(),
  }),
  answer: z.object({ history: list(past), total_promotions: num }),
  example: { account_id: 'act_1001', days_back: 30 },
}).by(async ({ context }, { account_id: id, days_back = usual_days, limit: most = usual_limit }) => {
  const since_ms = timeOf(context) - days_back * day_ms;
  const found = (await winnersOf(context.analytics, id)).filter(({ at_ms }) => at_ms >= since_ms);
  return { history: found.slice(0, most).map(pastOf), total_promotions: found.length };
});

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return sorted.length === 0 ? null : mean([sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0]);
}

const improvement = route({
  ...reads,
  id: 'cumulative_improvement',
  method: 'GET',
  path: '/api/ml/auto-promote/cumulative-improvement',
  words:
    'Lifts of the winners that stand, shrunken for that they were chosen. They are of different campaigns and do not multiply: no product of them is told.',
  weight: 2,
  takes: z.strictObject({ account_id }),
  answer: z.object({
    total_experiments: num,
    successful_promotions: num,
    withdrawn: num,
    avg_improvement_per_test: maybe.describe('Mean lift of winners, fraction; null before the first'),
    median_improvement: maybe,
    compound_improvement_pct: z.null(),
    avg_confidence: z.null().describe('An e-value is no probability'),
    total_improvement_range: z
      .object({ low: num, high: num })
      .nullable()
      .describe('Means of the ends of the 95 % intervals'),
    improvement_trend: list(z.object({ date: time, lift: num, lift_low: num, lift_high: num })),
  }),
  example: { account_id: 'act_1001' },
}).by(async ({ context, operations }, of) => {
  const all = await winnersOf(context.analytics, of.account_id);
  const standing = all.filter(({ withdrawn_ms }) => withdrawn_ms === null);
  const lifts = standing.map(({ lift }) => lift);
  const low = mean(standing.map(({ lift_low }) => lift_low));
  const high = mean(standing.map(({ lift_high }) => lift_high));
  const { total } = await operations.experiments({ ...of, limit: 1 });
  return {
    total_experiments: total,
    successful_promotions: standing.length,
    withdrawn: all.length - standing.length,
    avg_improvement_per_test: mean(lifts),
    median_improvement: median(lifts),
    compound_improvement_pct: null,
    avg_confidence: null,
    total_improvement_range: low === null || high === null ? null : { low, high },
    improvement_trend: standing.toReversed().map(({ at_ms, lift, lift_low, lift_high }) => {
      return { date: iso(at_ms), lift, lift_low, lift_high };
    }),
  };
});

export const promoteRoutes: readonly Route[] = [check, checkAll, history, improvement];
