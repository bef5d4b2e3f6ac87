/** The loop's handlers. */
import type { Policy } from '../../policy/policy.ts';
import { hour_ms } from '../../schemas/values.ts';
import { processor, type Context, type Decide, type Decision } from '../../topology/processor.ts';
import { Desk } from './desk.ts';
import { takeCommand, takeHalt } from './on-command.ts';
import { takeAd, takeEvidence, takeRequest, takeSplit } from './on-events.ts';
import { takeTick } from './on-tick.ts';
import { takePool, takeReturned } from './saga.ts';
import type { AccountState } from './state.ts';
import { wiring } from './wiring.ts';

/** Handles an event at the account's desk. Times are those that events tell: the platform's, and people's. */
function at(
  state: AccountState,
  at_ms: number,
  { key, policy }: Pick<Context<Policy>, 'key' | 'policy'>,
  handle: (desk: Desk) => void,
): Decision<typeof wiring> {
  const desk = new Desk(key, state, at_ms, policy);
  handle(desk);
  return { state: desk.state, emit: desk.emitted };
}

export const decide: Decide<typeof wiring, Policy> = {
  'budget.change.requested': (state, event, context) =>
    at(state, event.at_ms, context, (desk) => takeRequest(desk, event)),
  'allocation.proposed': (state, event, context) => at(state, 0, context, (desk) => takeSplit(desk, event)),
  'evidence.changed': (state, event, context) => at(state, event.at_ms, context, (desk) => takeEvidence(desk, event)),
  'ad.created': (state, event, context) => at(state, 0, context, (desk) => takeAd(desk, event)),
  'account.health.changed': (state, event, context) =>
    at(state, event.at_ms, context, (desk) => {
      desk.state.health = event;
    }),
  'budget.call.returned': (state, event, context) =>
    at(state, event.at_ms, context, (desk) => takeReturned(desk, event)),
  'budget.pool.answered': (state, event, context) => at(state, event.at_ms, context, (desk) => takePool(desk, event)),
  'operator.command': (state, event, context) => at(state, event.at_ms, context, (desk) => takeCommand(desk, event)),
  'operator.halt': (state, event, context) => at(state, event.at_ms, context, (desk) => takeHalt(desk, event)),
  'tick.hourly': (state, { hour_ms: hour }, context) => at(state, hour + hour_ms, context, takeTick),
};

export const budgetExecutor = processor(wiring, decide);
