import { topic } from '../../topology/topic.ts';
import type { AccountHealthChanged } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, counts, currency, ids, text, times } from '../rules/index.ts';

export const accountHealthChanged = topic<AccountHealthChanged>()({
  name: 'account.health.changed',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(90), compactBy: ['account_id'] },
  description: "Whether an account's numbers are fresh and whole enough to move money by.",
  check: all<AccountHealthChanged>(
    ids('account_id', 'policy_version'),
    currency('currency'),
    counts('clicks_day', 'conversions_day', 'clicks_week', 'conversions_week'),
    counts('spend_week_minor', 'value_week_minor', 'spend_month_minor'),
    text('reason', 1, 10_000),
    times('newest_ms', 'at_ms'),
  ),
});
