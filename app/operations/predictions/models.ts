/** Which model of an account predicts, what it came from, and going back to an earlier one, which is an event. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { compoundLearner } from '../../../processors/compound-learner/decide.ts';
import { emptyRegistry, modelsOf } from '../../../processors/compound-learner/registry.ts';
import { modelRollbackRequested } from '../../../schemas/index.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { policyInForce } from '../../policy-in-force.ts';
import type { OperationsContext } from '../context.ts';
import { keptState } from '../running/kept-state.ts';
import type { AccountModels, AskedRollback, RollbackRequest, TrainedModel } from './models-view.ts';
import { timeOf } from '../time-of.ts';

/** Trainings that are shown of an account. */
const most_trained = 50;

const number = z.coerce.number();
const maybe = z.preprocess((value) => (value === null ? null : Number(value)), z.number().nullable());
const row = z.tuple([
  z.string(), z.string(), z.string(), number, number, number, number,
  maybe, maybe, maybe, maybe, maybe, maybe, number, number, number,
]); // prettier-ignore

export async function models(
  { engine, analytics }: Pick<OperationsContext, 'engine' | 'analytics'>,
  { account_id }: { readonly account_id: string },
): Promise<AccountModels> {
  const registry = (await keptState(engine, compoundLearner, account_id))?.registry ?? emptyRegistry;
  const kept = modelsOf(registry);
  const { rows } = await analytics.query(
    `SELECT model_id, status, why, features_version, rows, held_back_rows, held_back_ads, challenger_loss, champion_loss,
    baseline_loss, difference, difference_low, difference_high, from_ms, to_ms, at_ms
    FROM model_trained WHERE account_id = {account:String} ORDER BY at_ms DESC, model_id LIMIT ${most_trained}`,
    { parameters: { account: account_id } },
  );
  const trained = rows.map((found): TrainedModel => {
    const [model_id, status, why, features_version, learned, held_back_rows, held_back_ads, ...rest] = row.parse(found);
    const [challenger_loss, champion_loss, baseline_loss, difference, difference_low, difference_high, ...times] = rest;
    const [from_ms, to_ms, at_ms] = times;
    return {
      model_id, status, why, in_use: model_id === registry.champion, kept: kept.has(model_id),
      features_version, rows: learned, held_back_rows, held_back_ads, challenger_loss, champion_loss, baseline_loss,
      difference, difference_low, difference_high, from_ms, to_ms, at_ms,
    }; // prettier-ignore
  });
  const { training } = await policyInForce(engine, account_id);
  return { account_id, ...registry, needed_rows: training.min_rows, trained };
}

/**
 * Asks the learner to predict with an earlier model, or with none.
 * @throws FlywheelError `usage.invalid` where the model is in use already or is not kept
 */
export async function rollBackModel(
  context: OperationsContext,
  { account_id, to_model_id, reason }: RollbackRequest,
  request_id: string = randomUUID(),
): Promise<AskedRollback> {
  const registry = (await keptState(context.engine, compoundLearner, account_id))?.registry ?? emptyRegistry;
  const kept = [...modelsOf(registry)];
  if (to_model_id === registry.champion)
    throw new FlywheelError('usage.invalid', {
      why: to_model_id === null ? `no model predicts in ${account_id}` : `model ${to_model_id} predicts already`,
      what_to_do: `name one of those that are kept: flywheel models ${account_id}`,
    });
  if (to_model_id !== null && !kept.includes(to_model_id))
    throw new FlywheelError('usage.invalid', {
      why: `model ${to_model_id} of ${account_id} is not kept`,
      what_to_do: kept.length === 0 ? 'there is none to go back to' : `name one of ${kept.join(', ')}, or none`,
    });
  const at_ms = timeOf(context);
  const event = modelRollbackRequested.event({ account_id, request_id, to_model_id, reason, at_ms });
  await context.engine.publish({ source: 'operator', position: null, events: [event] });
  return { account_id, to_model_id, reason, request_id };
}
