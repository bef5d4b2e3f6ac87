import { topic } from '../../topology/topic.ts';
import type { MemoryRecallRequested } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, eachText, ids, text, times } from '../rules/index.ts';

export const memoryRecallRequested = topic<MemoryRecallRequested>()({
  name: 'memory.recall.requested',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(365), compactBy: [] },
  description: 'What does a new creative resemble?',
  check: all<MemoryRecallRequested>(
    ids('account_id', 'ad_id', 'policy_version'),
    text('text', 0, 40_000),
    eachText('traits', 3, 200),
    text('format', 1, 64),
    times('at_ms'),
  ),
});
