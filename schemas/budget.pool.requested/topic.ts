import { topic } from '../../topology/topic.ts';
import type { BudgetPoolRequested, PoolPart } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, counts, each, ids, optionalCurrency, optionalId, text, times } from '../rules/index.ts';

export const budgetPoolRequested = topic<BudgetPoolRequested>()({
  name: 'budget.pool.requested',
  partitionKey: 'pool_id',
  version: 2,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'An account asks the pool of all accounts for room, or gives some back; or people halt all accounts.',
  check: all<BudgetPoolRequested>(
    ids('pool_id'),
    optionalId('account_id'),
    optionalId('call_id'),
    optionalCurrency('currency'),
    counts('total_minor'),
    each('parts', all<PoolPart>(text('pool', 1, 64), counts('minor'))),
    text('actor', 1, 256),
    text('reason', 0, 10_000),
    times('at_ms'),
  ),
});
