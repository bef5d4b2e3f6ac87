import { topic } from '../../topology/topic.ts';
import type { BudgetPoolAnswered } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, ids, text, times } from '../rules/index.ts';

export const budgetPoolAnswered = topic<BudgetPoolAnswered>()({
  name: 'budget.pool.answered',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'Whether the pool of all accounts has room.',
  check: all<BudgetPoolAnswered>(
    ids('account_id', 'call_id', 'policy_version'),
    text('code', 1, 64),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
