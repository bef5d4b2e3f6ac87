import { topic } from '../../topology/topic.ts';
import type { BudgetChangeRequested } from '../generated/types.ts';
import { all, counts, finite, ids, text, times } from '../rules/index.ts';

export const budgetChangeRequested = topic<BudgetChangeRequested>()({
  name: 'budget.change.requested',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'The budget of a winner is wanted higher step by step, or back where it was.',
  check: all<BudgetChangeRequested>(
    ids('account_id', 'request_id', 'experiment_id', 'campaign_id', 'adset_id', 'ad_id', 'policy_version'),
    counts('impressions'),
    finite('lift_low', 'lift_high'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
