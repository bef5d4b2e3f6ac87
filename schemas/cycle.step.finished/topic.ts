import { topic } from '../../topology/topic.ts';
import type { CycleStepFinished } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, counts, ids, text, times } from '../rules/index.ts';

export const cycleStepFinished = topic<CycleStepFinished>()({
  name: 'cycle.step.finished',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'What came of one step of a cycle.',
  check: all<CycleStepFinished>(
    ids('account_id', 'cycle_id'),
    text('reason', 1, 10_000),
    counts('count'),
    times('at_ms'),
  ),
});
