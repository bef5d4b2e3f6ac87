/** How often an ad will be clicked: as it was predicted last, or of a creative that nobody has seen yet. */
import { headlineOnly } from '../../../learning/dna/creative.ts';
import { extract } from '../../../learning/dna/extract.ts';
import { compoundLearner } from '../../../processors/compound-learner/decide.ts';
import { knowledgeOf } from '../../../processors/compound-learner/on-due.ts';
import { predicted } from '../../../processors/compound-learner/predict.ts';
import { initialAccount, type AdPart } from '../../../processors/compound-learner/state.ts';
import type { PredictionMade } from '../../../schemas/index.ts';
import { z } from 'zod';
import { policyInForce } from '../../policy-in-force.ts';
import type { OperationsContext } from '../context.ts';
import { keptParts, keptState } from '../running/kept-state.ts';
import { timeOf } from '../time-of.ts';

export type PredictionView = Pick<
  PredictionMade,
  'stage' | 'rate' | 'rate_low' | 'rate_high' | 'experts' | 'baseline_rate' | 'model_id' | 'causes' | 'at_ms'
> & {
  /** Null of a creative that is no ad yet. */
  readonly prediction_id: string | null;
};

/** What would be predicted of a new ad with this headline; nothing is recorded. */
export async function predictNew(
  context: OperationsContext,
  { account_id, headline }: { readonly account_id: string; readonly headline: string },
): Promise<PredictionView> {
  const { engine } = context;
  const state = (await keptState(engine, compoundLearner, account_id)) ?? initialAccount();
  const parts = await keptParts(engine, compoundLearner, account_id);
  const traits = extract(headlineOnly(headline)).traits.filter(({ value }) => value !== 'unknown');
  const ad: AdPart = {
    kind: 'ad',
    campaign_id: '',
    experiment_id: null,
    traits: traits.map(({ trait, value }) => `${trait}=${value}`),
    recall: null,
    impressions: 0,
    clicks: 0,
    first_ms: null,
    books: [],
  };
  const asked = {
    account_id,
    ad_id: '',
    stage: 'cold',
    at_ms: timeOf(context),
    policy: await policyInForce(engine, account_id),
  } as const;
  const { prediction } = predicted(state, { ad, ...knowledgeOf(state, parts) }, asked);
  const { stage, rate, rate_low, rate_high, experts, baseline_rate, model_id, causes, at_ms } = prediction;
  return { prediction_id: null, stage, rate, rate_low, rate_high, experts, baseline_rate, model_id, causes, at_ms };
}

const number = z.coerce.number();
const expert = z.object({
  expert: z.enum(['bandit', 'trees', 'dna']),
  rate: z.preprocess((value) => (value === null ? null : Number(value)), z.number().nullable()),
  weight: number,
  absent: z.string().nullable(),
});
const row = z.tuple([
  z.string(),
  z.enum(['cold', 'day_1', 'day_3']),
  number,
  number,
  number,
  z.array(expert),
  number,
  z.string().nullable(),
  z.array(z.string()),
  number,
]);

/** The newest prediction of an ad; null before the first. */
export async function newestPrediction(
  { analytics }: Pick<OperationsContext, 'analytics'>,
  { account_id, ad_id }: { readonly account_id: string; readonly ad_id: string },
): Promise<PredictionView | null> {
  const { rows } = await analytics.query(
    `SELECT prediction_id, stage, rate, rate_low, rate_high, experts, baseline_rate, model_id, causes, at_ms
    FROM prediction_made WHERE account_id = {account:String} AND ad_id = {ad:String} ORDER BY at_ms DESC LIMIT 1`,
    { parameters: { account: account_id, ad: ad_id } },
  );
  const [first] = rows;
  if (first === undefined) return null;
  const [prediction_id, stage, rate, rate_low, rate_high, experts, baseline_rate, model_id, causes, at_ms] =
    row.parse(first);
  return { prediction_id, stage, rate, rate_low, rate_high, experts, baseline_rate, model_id, causes, at_ms };
}
