import { topic } from '../../topology/topic.ts';
import type { AlertRaised } from '../generated/types.ts';
import { all, ids, optionalBetween, optionalFinite, text, times } from '../rules/index.ts';
import { days } from '../values.ts';

export const alertRaised = topic<AlertRaised>()({
  name: 'alert.raised',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(400), compactBy: [] },
  description: 'Something that somebody should look at: a rule of the policy holds.',
  check: all<AlertRaised>(
    ids('account_id', 'alert_id', 'rule_id', 'metric', 'entity_id', 'policy_version'),
    text('entity_name', 1, 10_000),
    optionalFinite('value', 'low', 'high', 'threshold', 'exposure'),
    optionalBetween('window_hours', 1, 48, 'give the hours that were looked at'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
