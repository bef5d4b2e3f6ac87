import { topic } from '../../topology/topic.ts';
import type { AccuracyDrifted } from '../generated/types.ts';
import { all, counts, finite, ids, notNegative, text, times } from '../rules/index.ts';

export const accuracyDrifted = topic<AccuracyDrifted>()({
  name: 'accuracy.drifted',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'Predictions are wrong in another way than before.',
  check: all<AccuracyDrifted>(
    ids('account_id', 'policy_version'),
    notNegative('statistic', 'threshold'),
    counts('windows'),
    finite('mean_error'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
