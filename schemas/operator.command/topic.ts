import { topic } from '../../topology/topic.ts';
import type { OperatorCommand } from '../generated/types.ts';
import { all, earliest_ms, ids, optionalBetween, optionalId, text, times } from '../rules/index.ts';

export const operatorCommand = topic<OperatorCommand>()({
  name: 'operator.command',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'A person decides about budgets of one account.',
  writtenBy: 'the operator',
  check: all<OperatorCommand>(
    ids('account_id', 'command_id'),
    optionalId('change_id'),
    optionalBetween('since_ms', earliest_ms, Number.MAX_SAFE_INTEGER, 'give UTC epoch milliseconds'),
    text('actor', 1, 256),
    text('reason', 0, 10_000),
    times('at_ms'),
  ),
});
