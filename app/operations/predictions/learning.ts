/** Whether an account's predictions get better, how good they are and what they rest on, read from the analytics. */
import { clopperPearson } from '../../../learning/numeric.ts';
import { z } from 'zod';
import type { OperationsContext, SqlReader } from '../context.ts';
import type { LearningView } from './learning-view.ts';

/** Points of a line at most; a longer history is thinned evenly. */
const most_points = 300;
const calibration_bins = 10;
const most_traits = 14;
const most_predictions = 12;

type Ask = (sql: string, parameters?: Record<string, string>) => Promise<readonly (readonly unknown[])[]>;

/** The account that is asked for, else the one with most actuals; null where nothing was predicted yet. */
export async function learning(
  { analytics }: OperationsContext,
  { account_id: asked }: { readonly account_id?: string },
): Promise<LearningView> {
  const accounts = await accountsOf(analytics);
  const account_id = asked ?? accounts[0]?.account_id ?? null;
  if (account_id === null) return { accounts, account_id, ...nothing };
  const ask: Ask = async (sql, parameters = {}) =>
    (await analytics.query(sql, { parameters: { account: account_id, ...parameters } })).rows;
  return {
    accounts,
    account_id,
    accuracy: await accuracyOf(ask),
    improvement: await improvementOf(ask),
    weights: await weightsOf(ask),
    calibration: await calibrationOf(ask),
    traits: await traitsOf(ask),
    predictions: await predictionsOf(ask),
  };
}

const nothing = { accuracy: [], improvement: null, weights: [], calibration: [], traits: null, predictions: [] };

const accountRow = z.tuple([z.string(), z.coerce.number()]);

async function accountsOf(analytics: SqlReader): Promise<LearningView['accounts']> {
  const { rows } = await analytics.query(
    'SELECT account_id, uniqExact(prediction_id) FROM prediction_made GROUP BY account_id',
  );
  const { rows: matured } = await analytics.query(
    'SELECT account_id, uniqExact(prediction_id) FROM actuals_fetched GROUP BY account_id',
  );
  const known = new Map(matured.map((row) => accountRow.parse(row)).map(([id, count]) => [id, count]));
  return rows
    .map((row) => accountRow.parse(row))
    .map(([account_id, made]) => ({ account_id, made, matured: known.get(account_id) ?? 0 }))
    .sort((a, b) => b.matured - a.matured || (a.account_id < b.account_id ? -1 : 1));
}

const optional = z.coerce.number().nullable();
const nullable = (value: unknown): unknown => (value === null || value === undefined ? null : Number(value));
const maybe = z.preprocess(nullable, optional);
const accuracyRow = z.tuple([
  z.enum(['cold', 'day_1', 'day_3']),
  z.coerce.number(),
  z.coerce.number(),
  maybe,
  maybe,
  maybe,
  maybe,
  maybe,
  maybe,
  maybe,
  z.enum(['good', 'poor', 'unknown']),
  z.coerce.number(),
]);

/** The newest measure of each age. */
async function accuracyOf(ask: Ask): Promise<LearningView['accuracy']> {
  const rows = await ask(`
    SELECT stage, ads, clicks, agreement, ceiling, accuracy, accuracy_low, accuracy_high, baseline_agreement, bias, status, at_ms
    FROM accuracy_measured WHERE account_id = {account:String} ORDER BY at_ms DESC LIMIT 1 BY stage`);
  return rows
    .map((row) => accuracyRow.parse(row))
    .map(([stage, ads, clicks, agreement, ceiling, accuracy, low, high, baseline_agreement, bias, status, at_ms]) => ({
      stage,
      ads,
      clicks,
      agreement,
      ceiling,
      accuracy,
      low,
      high,
      baseline_agreement,
      bias,
      status,
      at_ms,
    }))
    .sort((a, b) => (a.stage < b.stage ? -1 : 1));
}

const pointShape = z.object({
  horizon_days: z.coerce.number(),
  status: z.enum(['known', 'too_early']),
  gain: maybe,
  low: maybe,
  high: maybe,
});
const improvementRow = z.tuple([
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  maybe,
  maybe,
  maybe,
  z.array(pointShape),
]);

async function improvementOf(ask: Ask): Promise<LearningView['improvement']> {
  const rows = (
    await ask(`
    SELECT at_ms, days, ads, gain, gain_low, gain_high, points FROM improvement_measured
    WHERE account_id = {account:String} ORDER BY at_ms`)
  ).map((row) => improvementRow.parse(row));
  const last = rows.at(-1);
  if (last === undefined) return null;
  const [at_ms, days, ads, gain, low, high, points] = last;
  const every = Math.max(1, Math.floor(rows.length / most_points));
  return {
    at_ms,
    days,
    ads,
    gain,
    low,
    high,
    points,
    history: rows
      .filter(([, , , one], i) => one !== null && (rows.length - 1 - i) % every === 0)
      .map(([at, , , mean, from, to]) => ({ at_ms: at, gain: mean ?? 0, low: from ?? 0, high: to ?? 0 })),
  };
}

const weightRow = z.tuple([z.coerce.number(), z.array(z.object({ expert: z.string(), weight: z.coerce.number() }))]);

/** Weights of the experts for ads that were not shown yet. */
async function weightsOf(ask: Ask): Promise<LearningView['weights']> {
  const rows = await ask(`
    SELECT at_ms, experts FROM (
      SELECT at_ms, experts, row_number() OVER (ORDER BY at_ms DESC, actuals DESC) AS newest, count() OVER () AS n
      FROM ensemble_reweighted WHERE account_id = {account:String} AND stage = 'cold'
    ) WHERE (newest - 1) % greatest(1, intDiv(n, ${most_points})) = 0 ORDER BY at_ms`);
  const points = rows
    .map((row) => weightRow.parse(row))
    .map(([at_ms, experts]) => ({
      at_ms,
      ...Object.fromEntries(experts.map(({ expert, weight }) => [expert, weight])),
    }));
  // Actuals of one hour move weights together: the last of them stands for the hour.
  return points.filter(({ at_ms }, i) => points[i + 1]?.at_ms !== at_ms);
}

const calibrationRow = z.tuple([z.coerce.number(), z.coerce.number(), z.coerce.number()]);

/** Matured predictions in bins of as many each: what was predicted and what came, the newest revision of each. */
async function calibrationOf(ask: Ask): Promise<LearningView['calibration']> {
  const rows = (
    await ask(`
    SELECT rate, impressions, clicks FROM (
      SELECT rate, impressions, clicks, prediction_id FROM actuals_fetched
      WHERE account_id = {account:String} ORDER BY revision DESC LIMIT 1 BY prediction_id
    ) WHERE impressions > 0 ORDER BY rate`)
  ).map((row) => calibrationRow.parse(row));
  const bins = Math.min(calibration_bins, Math.floor(rows.length / 3));
  return Array.from({ length: bins }, (_, bin) => {
    const own = rows.slice(Math.floor((bin * rows.length) / bins), Math.floor(((bin + 1) * rows.length) / bins));
    const impressions = own.reduce((sum, [, n]) => sum + n, 0);
    const clicks = own.reduce((sum, [, , c]) => sum + c, 0);
    const expected = own.reduce((sum, [rate, n]) => sum + rate * n, 0);
    const { low, high } = clopperPearson(clicks, impressions);
    return { ads: own.length, impressions, predicted: expected / impressions, seen: clicks / impressions, low, high };
  });
}

const effectShape = z.object({
  trait: z.string(),
  value: z.string(),
  effect: z.coerce.number(),
  low: z.coerce.number(),
  high: z.coerce.number(),
  experiments: z.coerce.number(),
});
const formulaRow = z.tuple([z.coerce.number(), z.coerce.number(), z.array(effectShape)]);

/** The newest formula: what is surest first. */
async function traitsOf(ask: Ask): Promise<LearningView['traits']> {
  const [row] = await ask(`
    SELECT at_ms, experiments, traits FROM dna_formula_updated
    WHERE account_id = {account:String} ORDER BY at_ms DESC LIMIT 1`);
  if (row === undefined) return null;
  const [at_ms, experiments, traits] = formulaRow.parse(row);
  const sure = ({ effect, low, high }: z.output<typeof effectShape>): number =>
    Math.abs(effect) / Math.max(high - low, 1e-9);
  const effects = traits.toSorted((a, b) => sure(b) - sure(a)).slice(0, most_traits);
  return { at_ms, experiments, compared: traits.length, effects };
}

const predictionRow = z.tuple([
  z.string(),
  z.string(),
  z.enum(['cold', 'day_1', 'day_3']),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.array(z.string()),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
]);

async function predictionsOf(ask: Ask): Promise<LearningView['predictions']> {
  const rows = await ask(`
    SELECT made.prediction_id, made.ad_id, made.stage, made.rate, made.rate_low, made.rate_high, made.causes, made.at_ms,
      came.impressions, came.clicks
    FROM (
      SELECT prediction_id, ad_id, stage, rate, rate_low, rate_high, causes, at_ms FROM prediction_made
      WHERE account_id = {account:String} ORDER BY at_ms DESC, prediction_id DESC LIMIT ${most_predictions}
    ) AS made LEFT JOIN (
      SELECT prediction_id, impressions, clicks FROM actuals_fetched
      WHERE account_id = {account:String} ORDER BY revision DESC LIMIT 1 BY prediction_id
    ) AS came ON made.prediction_id = came.prediction_id
    ORDER BY made.at_ms DESC, made.prediction_id DESC`);
  return rows
    .map((row) => predictionRow.parse(row))
    .map(([prediction_id, ad_id, stage, rate, low, high, causes, at_ms, impressions, clicks]) => ({
      prediction_id,
      ad_id,
      stage,
      rate,
      low,
      high,
      causes,
      at_ms,
      came: impressions > 0 ? { impressions, clicks } : null,
    }));
}
