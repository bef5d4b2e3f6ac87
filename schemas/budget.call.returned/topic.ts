import { topic } from '../../topology/topic.ts';
import type { AccountBudget, BudgetCallReturned, BudgetRead } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, counts, currency, each, ids, text, times } from '../rules/index.ts';

export const budgetCallReturned = topic<BudgetCallReturned>()({
  name: 'budget.call.returned',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'What the ad platform answered about budgets.',
  check: all<BudgetCallReturned>(
    ids('account_id', 'call_id', 'change_id'),
    each(
      'reads',
      all<BudgetRead>(
        ids('owner_id', 'campaign_id'),
        currency('currency'),
        counts('minimum_daily_budget_minor', 'spend_today_minor', 'account_daily_budgets_minor'),
        each('account_budgets', all<AccountBudget>(ids('owner_id', 'campaign_id'), counts('minor'))),
        times('read_ms'),
      ),
    ),
    text('code', 0, 64),
    text('message', 0, 2_000),
    times('at_ms'),
  ),
});
