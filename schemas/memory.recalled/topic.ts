import { topic } from '../../topology/topic.ts';
import type { MemoryRecalled, RecalledWinner } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, between, each, finite, ids, optionalFinite, text, times, unique } from '../rules/index.ts';

export const memoryRecalled = topic<MemoryRecalled>()({
  name: 'memory.recalled',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(365), compactBy: [] },
  description: 'Winners that a new creative resembles.',
  check: all<MemoryRecalled>(
    ids('account_id', 'ad_id', 'embedding_model'),
    each(
      'neighbours',
      all<RecalledWinner>(
        ids('account_id', 'ad_id'),
        between('score', -1.000_001, 1.000_001, 'a cosine is from -1 to 1'),
        finite('lift'),
        text('format', 1, 64),
        times('won_at_ms'),
      ),
    ),
    unique(
      'neighbours',
      '.ad_id',
      ({ account_id, ad_id }: RecalledWinner) => `${account_id} ${ad_id}`,
      'name each winner once',
    ),
    optionalFinite('prior_log_lift'),
    text('failure', 1, 10_000),
    times('at_ms'),
  ),
});
