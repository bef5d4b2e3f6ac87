import { topic } from '../../topology/topic.ts';
import type { MemoryIndexRequested } from '../generated/types.ts';
import {
  all,
  between,
  eachText,
  finite,
  hash128,
  ids,
  optionalId,
  optionalNiche,
  text,
  times,
} from '../rules/index.ts';

export const memoryIndexRequested = topic<MemoryIndexRequested>()({
  name: 'memory.index.requested',
  partitionKey: 'account_id',
  version: 3,
  retention: { keep_ms: 'forever', compactBy: ['ad_id'] },
  description: 'A winner is to be found again, or no longer.',
  check: all<MemoryIndexRequested>(
    ids('account_id', 'ad_id', 'experiment_id'),
    optionalId('policy_version'),
    between('version', 1, 1_000_000_000, 'number the changes of a winner from 1'),
    text('text', 0, 40_000),
    eachText('traits', 3, 200),
    hash128('fingerprint'),
    text('format', 1, 64),
    optionalNiche('niche'),
    finite('lift'),
    times('won_at_ms', 'at_ms'),
  ),
});
