import { topic } from '../../topology/topic.ts';
import type { BudgetCallRequested, BudgetSubject } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, atLeastItems, each, ids, optionalCount, times } from '../rules/index.ts';

export const budgetCallRequested = topic<BudgetCallRequested>()({
  name: 'budget.call.requested',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'The ad platform is asked for budgets, or to change one.',
  check: all<BudgetCallRequested>(
    ids('account_id', 'call_id', 'change_id'),
    atLeastItems('subjects', 1, 'name what is read or written'),
    each('subjects', all<BudgetSubject>(ids('id'))),
    optionalCount('expected_minor', 'to_minor', 'account_limit_minor'),
    times('valid_until_ms', 'at_ms'),
  ),
});
