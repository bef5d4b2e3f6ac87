import { topic } from '../../topology/topic.ts';
import type { WinnerIndexed } from '../generated/types.ts';
import { all, between, hash128, ids, times } from '../rules/index.ts';

export const winnerIndexed = topic<WinnerIndexed>()({
  name: 'winner.indexed',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: ['ad_id'] },
  description: 'A winner is in memory, or has left recall.',
  check: all<WinnerIndexed>(
    ids('account_id', 'ad_id', 'experiment_id', 'embedding_model'),
    between('dimensions', 1, 65_536, 'give the length of the embedding'),
    hash128('fingerprint'),
    times('at_ms'),
  ),
});
