import { topic } from '../../topology/topic.ts';
import type { CycleRequested } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, clock_skew_ms, ids, notAfterLog, optionalRate, times } from '../rules/index.ts';

export const cycleRequested = topic<CycleRequested>()({
  name: 'cycle.requested',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'Somebody wants an account to go through all steps of learning now.',
  writtenBy: 'the operator',
  check: all<CycleRequested>(
    ids('account_id', 'cycle_id'),
    optionalRate('accuracy_threshold'),
    times('at_ms'),
    // What is not over yet cannot have matured.
    notAfterLog(clock_skew_ms, 'at_ms'),
  ),
});
