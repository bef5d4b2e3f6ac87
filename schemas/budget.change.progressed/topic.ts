import { topic } from '../../topology/topic.ts';
import type { BudgetChangeProgressed, BudgetLeg } from '../generated/types.ts';
import {
  all,
  each,
  eachId,
  earliest_ms,
  ids,
  optionalBetween,
  optionalCount,
  optionalCurrency,
  optionalId,
  text,
  times,
} from '../rules/index.ts';

export const budgetChangeProgressed = topic<BudgetChangeProgressed>()({
  name: 'budget.change.progressed',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'How far a change of budgets is, or why there is none: the audit of all that moves money.',
  check: all<BudgetChangeProgressed>(
    ids('account_id', 'change_id', 'policy_version'),
    optionalId('request_id'),
    optionalId('experiment_id'),
    optionalId('campaign_id'),
    optionalId('undoes'),
    each('legs', all<BudgetLeg>(ids('id', 'owner_id'), optionalCount('from_minor', 'to_minor'))),
    eachId('affected_ad_ids'),
    text('code', 1, 64),
    text('reason', 1, 10_000),
    text('actor', 1, 256),
    optionalCurrency('currency'),
    optionalCount('account_after_minor', 'worst_case_minor'),
    optionalBetween('waits_until_ms', earliest_ms, Number.MAX_SAFE_INTEGER, 'give UTC epoch milliseconds'),
    times('at_ms'),
  ),
});
