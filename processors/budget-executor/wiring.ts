/** What the loop reads, keeps and emits. */
import {
  accountHealthChanged,
  adCreated,
  allocationProposed,
  budgetCallRequested,
  budgetCallReturned,
  budgetChangeProgressed,
  budgetChangeRequested,
  budgetPoolAnswered,
  budgetPoolRequested,
  evidenceChanged,
  operatorCommand,
  operatorHalt,
  proposalMade,
  tickHourly,
} from '../../schemas/index.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { initialAccount } from './state.ts';

export const wiring = wire({
  group: 'budget-executor',
  description:
    'Plans changes of budgets within limits, lets people approve them, has them written and checks what came',
  partitionBy: 'account_id',
  reads: [
    budgetChangeRequested,
    allocationProposed,
    evidenceChanged,
    adCreated,
    accountHealthChanged,
    budgetCallReturned,
    budgetPoolAnswered,
    operatorCommand,
    operatorHalt,
    tickHourly,
  ],
  emits: [budgetChangeProgressed, budgetCallRequested, budgetPoolRequested, proposalMade],
  writes: [],
  state: { version: 1, initial: initialAccount },
  stateKey: {
    'budget.change.requested': () => '',
    'allocation.proposed': () => '',
    'evidence.changed': () => '',
    'ad.created': () => '',
    'account.health.changed': () => '',
    'budget.call.returned': () => '',
    'budget.pool.answered': () => '',
    'operator.command': () => '',
    'operator.halt': everyKey,
    'tick.hourly': everyKey,
  },
});
