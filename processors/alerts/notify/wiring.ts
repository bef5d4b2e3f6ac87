/** What the group that tells people reads and answers. */
import { notificationRequested, notificationSettled } from '../../../schemas/index.ts';
import { noState, wire } from '../../../topology/processor.ts';

export const wiring = wire({
  group: 'alerts.notify',
  description: 'Sends messages to people by Slack, webhook and e-mail, and says what came of each',
  partitionBy: 'account_id',
  reads: [notificationRequested],
  emits: [notificationSettled],
  writes: [],
  state: noState,
  stateKey: { 'notification.requested': () => '' },
});
