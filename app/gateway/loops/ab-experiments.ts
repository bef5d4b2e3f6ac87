/** Experiments by the names of before: results, and the arms as variants. */
import { z } from 'zod';
import { FlywheelError } from '../../../topology/errors.ts';
import type { ExperimentDetail, ExperimentPage, ExperimentRow } from '../../operations/operations.ts';
import { remembered } from '../../operations/remembered.ts';
import { noTotals, sumOf, totalsByAd } from '../../operations/tables/totals.ts';
import { route, type Place, type Route } from '../route.ts';
import { account_id, list, maybe, num, text, totalsFields, withRates, word } from './shapes.ts';

const reads = { tag: 'A/B tests', role: 'viewer', account: 'required', limit: 'read', changes: false } as const;

export const experimentShape = z
  .object({
    experiment_id: text,
    account_id: text,
    campaign_id: text,
    name: text,
    status: text.describe('winner or withdrawn where it was announced, else ended, collecting, deciding or blocked'),
    design: text,
    primary_metric: text,
    provenance: text.describe('live, simulated or replayed'),
    best_variant: text.nullable().describe('The ad that leads; it is no winner before it is announced'),
    confidence: maybe.describe('Evidence over what is needed, at most 1'),
    impressions: num,
    reason: text,
  })
  .meta({ id: 'Experiment' });

export const experimentOf = (row: ExperimentRow): z.input<typeof experimentShape> => ({
  experiment_id: row.experiment_id,
  account_id: row.account_id,
  campaign_id: row.campaign_id,
  name: row.name,
  status: row.standing,
  design: row.design,
  primary_metric: row.primary_metric,
  provenance: row.provenance,
  best_variant: row.leading_ad_id,
  confidence: confidenceOf(row),
  impressions: row.impressions,
  reason: row.reason,
});

/** How far the evidence is: not a probability, which an e-value does not give. */
export const confidenceOf = ({ e_value, threshold }: Pick<ExperimentRow, 'e_value' | 'threshold'>): number | null =>
  Number.isFinite(threshold) && threshold > 0 && !Number.isNaN(e_value) ? Math.min(1, e_value / threshold) : null;

/** A page under the names of before. */
const asBefore = remembered(({ rows, total, next }: ExperimentPage) => ({
  experiments: rows.map(experimentOf),
  total,
  next,
}));

const all = route({
  ...reads,
  id: 'ab_experiments',
  method: 'GET',
  path: '/api/ml/ab/experiments',
  words: 'A page of the experiments of the account, winners first; `after` is the `next` of the page before.',
  takes: z.strictObject({
    account_id,
    status: word.exactOptional(),
    limit: z.int().min(1).max(1_000).exactOptional(),
    after: word.exactOptional(),
  }),
  answer: z.object({ experiments: list(experimentShape), total: num, next: text.nullable() }),
  example: { account_id: 'act_1001', limit: 20 },
}).by(async ({ operations }, filter) => asBefore(await operations.experiments(filter)));

const one = z.strictObject({ account_id, experiment_id: word });

export async function detailOf(
  { operations }: Pick<Place, 'operations'>,
  of: { readonly account_id: string; readonly experiment_id: string },
): Promise<ExperimentDetail> {
  const detail = await operations.experiment(of);
  if (detail === null)
    throw new FlywheelError('experiment.unknown', { id: of.experiment_id, account_id: of.account_id });
  return detail;
}

const arm = z.object({
  variant_id: text,
  adset_id: text,
  name: text,
  ...totalsFields,
  rate: maybe.describe('primary_metric itself, of the data that count as evidence'),
  e_value: maybe,
  share: maybe.describe('Share of the budget that was proposed last'),
  p_best: maybe,
});

async function armsOf(place: Place, detail: ExperimentDetail): Promise<readonly z.input<typeof arm>[]> {
  const totals = await totalsByAd(place.context.analytics, detail.account_id, detail.campaign_id);
  return detail.arms.map(({ ad_id, adset_id, name, headline, rate, e_value, share, p_best }) => ({
    variant_id: ad_id,
    adset_id,
    name: headline ?? name,
    ...withRates(totals.get(ad_id) ?? noTotals),
    rate: finite(rate),
    e_value: finite(e_value),
    share,
    p_best,
  }));
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const results = route({
  ...reads,
  id: 'ab_experiment_results',
  method: 'GET',
  path: '/api/ml/ab/experiments/{experiment_id}/results',
  words: 'What came of an experiment so far: totals, the arms, and how probably each is the best.',
  weight: 2,
  takes: one,
  answer: z.object({
    ...experimentShape.shape,
    overall_metrics: z.object(totalsFields),
    variants: list(arm),
    winner_probabilities: z.record(z.string(), maybe).describe('P(best) by ad; null before the first proposal'),
    winner: text.nullable().describe('The ad that was announced, and not taken back'),
    decision_id: text.nullable(),
  }),
  example: { account_id: 'act_1001', experiment_id: 'exp_1' },
}).by(async (place, of) => {
  const detail = await detailOf(place, of);
  const arms = await armsOf(place, detail);
  const totals = await totalsByAd(place.context.analytics, detail.account_id, detail.campaign_id);
  const own = detail.arms.map(({ ad_id }) => totals.get(ad_id) ?? noTotals);
  return {
    ...experimentOf(detail),
    overall_metrics: withRates(sumOf(own)),
    variants: arms,
    winner_probabilities: Object.fromEntries(arms.map(({ variant_id, p_best }) => [variant_id, p_best])),
    winner: detail.announced === 'winner' ? detail.leading_ad_id : null,
    decision_id: detail.decision_id,
  };
});

const variants = route({
  ...reads,
  id: 'ab_experiment_variants',
  method: 'GET',
  path: '/api/ml/ab/experiments/{experiment_id}/variants',
  words: 'The arms of an experiment.',
  weight: 2,
  takes: one,
  answer: z.object({ experiment_id: text, variants: list(arm) }),
  example: { account_id: 'act_1001', experiment_id: 'exp_1' },
}).by(async (place, of) => ({
  experiment_id: of.experiment_id,
  variants: await armsOf(place, await detailOf(place, of)),
}));

export const abExperimentRoutes: readonly Route[] = [all, results, variants];
