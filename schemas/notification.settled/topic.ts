import { topic } from '../../topology/topic.ts';
import type { NotificationSettled } from '../generated/types.ts';
import { all, ids, text, times } from '../rules/index.ts';
import { days } from '../values.ts';

export const notificationSettled = topic<NotificationSettled>()({
  name: 'notification.settled',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(400), compactBy: [] },
  description: 'What came of a message to people.',
  check: all<NotificationSettled>(ids('account_id', 'notification_id'), text('message', 1, 1_000), times('at_ms')),
});
