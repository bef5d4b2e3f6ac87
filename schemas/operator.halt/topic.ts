import { topic } from '../../topology/topic.ts';
import type { OperatorHalt } from '../generated/types.ts';
import { all, ids, text, times } from '../rules/index.ts';

export const operatorHalt = topic<OperatorHalt>()({
  name: 'operator.halt',
  partitionKey: null,
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'A person stops or resumes writing budgets in all accounts.',
  writtenBy: 'the operator',
  check: all<OperatorHalt>(ids('command_id'), text('actor', 1, 256), text('reason', 0, 10_000), times('at_ms')),
});
