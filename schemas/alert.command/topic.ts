import { topic } from '../../topology/topic.ts';
import type { AlertCommand } from '../generated/types.ts';
import { all, ids, optionalId, text, times } from '../rules/index.ts';
import { days } from '../values.ts';

export const alertCommand = topic<AlertCommand>()({
  name: 'alert.command',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(400), compactBy: [] },
  description: 'A person says what becomes of an alert or of a message.',
  writtenBy: 'the operator',
  check: all<AlertCommand>(
    ids('account_id', 'command_id'),
    optionalId('alert_id'),
    optionalId('notification_id'),
    optionalId('channel'),
    text('actor', 1, 256),
    text('reason', 0, 10_000),
    times('at_ms'),
  ),
});
