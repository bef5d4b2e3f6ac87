import { gateway_writes, topic } from '../../topology/topic.ts';
import type { AuditRecorded } from '../generated/types.ts';
import { all, between, ids, text, times } from '../rules/index.ts';
import { days } from '../values.ts';

export const auditRecorded = topic<AuditRecorded>()({
  name: 'audit.recorded',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(400), compactBy: [] },
  description: 'Somebody asked for a change over the API, and what came of it.',
  writtenBy: gateway_writes,
  check: all<AuditRecorded>(
    ids('account_id', 'request_id', 'command_id'),
    text('principal', 1, 300),
    text('role', 1, 32),
    text('operation', 1, 128),
    text('given', 0, 8_192),
    between('status', 100, 599, 'give the HTTP status of the answer'),
    text('code', 1, 128),
    times('at_ms'),
  ),
});
