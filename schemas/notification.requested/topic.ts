import { topic } from '../../topology/topic.ts';
import type { NotificationFact, NotificationItem, NotificationRequested } from '../generated/types.ts';
import { all, atMostItems, counts, each, ids, optionalId, text, times } from '../rules/index.ts';
import { days } from '../values.ts';

export const notificationRequested = topic<NotificationRequested>()({
  name: 'notification.requested',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(400), compactBy: [] },
  description: 'A message that people are to get by one channel.',
  check: all<NotificationRequested>(
    ids('account_id', 'notification_id', 'policy_version'),
    optionalId('rule_id'),
    text('title', 1, 300),
    atMostItems('items', 50, 'count the rest in more'),
    each('items', all<NotificationItem>(optionalId('alert_id'), text('text', 1, 3_000), text('path', 1, 500))),
    counts('more'),
    atMostItems('facts', 20, 'leave out what matters least'),
    each('facts', all<NotificationFact>(text('name', 1, 100), text('value', 1, 2_000))),
    text('path', 1, 500),
    times('at_ms'),
  ),
});
