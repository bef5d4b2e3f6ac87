import { topic } from '../../topology/topic.ts';
import type { CycleStepRequested } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, clock_skew_ms, ids, notAfterLog, optionalRate, times } from '../rules/index.ts';

export const cycleStepRequested = topic<CycleStepRequested>()({
  name: 'cycle.step.requested',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'One step of a cycle is due: its loop does now what it would do at its next hour.',
  check: all<CycleStepRequested>(
    ids('account_id', 'cycle_id'),
    optionalRate('accuracy_threshold'),
    times('at_ms'),
    // What is not over yet cannot have matured.
    notAfterLog(clock_skew_ms, 'at_ms'),
  ),
});
