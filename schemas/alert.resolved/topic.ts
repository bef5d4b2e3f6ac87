import { topic } from '../../topology/topic.ts';
import type { AlertResolved } from '../generated/types.ts';
import { all, ids, text, times } from '../rules/index.ts';
import { days } from '../values.ts';

export const alertResolved = topic<AlertResolved>()({
  name: 'alert.resolved',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(400), compactBy: [] },
  description: 'An alert is over: its condition ended, or a person says so.',
  check: all<AlertResolved>(
    ids('account_id', 'alert_id', 'rule_id', 'entity_id', 'policy_version'),
    text('by', 1, 256),
    text('reason', 1, 10_000),
    times('raised_ms', 'at_ms'),
  ),
});
