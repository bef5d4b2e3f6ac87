/** What the loop reads, keeps and emits. */
import {
  adCreated,
  dnaExtracted,
  memoryIndexRequested,
  memoryRecallRequested,
  winnerDetected,
  winnerWithdrawn,
} from '../../schemas/index.ts';
import { wire } from '../../topology/processor.ts';
import { initialAccount, unknownAd } from './state.ts';

export const wiring = wire({
  group: 'rag-memory',
  description:
    'Remembers every winner with its evidence and what it is made of, and asks what a new creative resembles',
  partitionBy: 'account_id',
  reads: [adCreated, dnaExtracted, winnerDetected, winnerWithdrawn],
  emits: [memoryIndexRequested, memoryRecallRequested],
  writes: [],
  state: { version: 1, initial: initialAccount },
  stateKey: {
    'ad.created': () => '',
    'dna.extracted': () => '',
    'winner.detected': () => '',
    'winner.withdrawn': () => '',
  },
  part: { version: 1, initial: unknownAd },
  partKeys: {
    'ad.created': ({ ad_id }) => [ad_id],
    'dna.extracted': ({ ad_id }) => [ad_id],
    'winner.detected': ({ ad_id }) => [ad_id],
    'winner.withdrawn': ({ ad_id }) => [ad_id],
  },
});
