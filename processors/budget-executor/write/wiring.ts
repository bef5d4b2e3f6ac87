/** What the group reads and answers. */
import { budgetCallRequested, budgetCallReturned } from '../../../schemas/index.ts';
import { noState, wire } from '../../../topology/processor.ts';

export const wiring = wire({
  group: 'budget-executor.write',
  description: 'Reads budgets from the ad platform, writes those that still are as expected, and reads them back',
  partitionBy: 'account_id',
  reads: [budgetCallRequested],
  emits: [budgetCallReturned],
  writes: [],
  state: noState,
  stateKey: { 'budget.call.requested': () => '' },
});
