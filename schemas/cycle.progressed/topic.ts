import { topic } from '../../topology/topic.ts';
import type { CycleProgressed, CycleStepState } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, counts, each, earliest_ms, ids, optionalBetween, optionalId, text, times } from '../rules/index.ts';

export const cycleProgressed = topic<CycleProgressed>()({
  name: 'cycle.progressed',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'How far a cycle is.',
  check: all<CycleProgressed>(
    ids('account_id', 'cycle_id'),
    optionalId('running_cycle_id'),
    each('steps', all<CycleStepState>(text('reason', 1, 10_000), counts('count'))),
    times('started_ms', 'at_ms'),
    optionalBetween('ended_ms', earliest_ms, Number.MAX_SAFE_INTEGER, 'give UTC epoch milliseconds'),
  ),
});
