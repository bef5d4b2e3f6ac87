/** What the loop reads, keeps and emits. */
import {
  accountChanged,
  adCreated,
  cycleStepFinished,
  cycleStepRequested,
  dnaExtracted,
  memoryIndexRequested,
  memoryRecallRequested,
  tickHourly,
  winnerDetected,
  winnerIndexed,
  winnerWithdrawn,
} from '../../schemas/index.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { isDaily, most_again } from './wishes.ts';
import { accountUpcast, adUpcast, initialAccount, unknownAd, type AccountState } from './state.ts';

export const wiring = wire({
  group: 'rag-memory',
  description:
    'Remembers every winner with its evidence and what it is made of, and asks what a new creative resembles',
  partitionBy: 'account_id',
  reads: [
    accountChanged,
    adCreated,
    dnaExtracted,
    winnerDetected,
    winnerWithdrawn,
    winnerIndexed,
    tickHourly,
    cycleStepRequested,
  ],
  emits: [memoryIndexRequested, memoryRecallRequested, cycleStepFinished],
  writes: [],
  state: { version: 3, initial: initialAccount, upcast: accountUpcast },
  stateKey: {
    'account.changed': () => '',
    'ad.created': () => '',
    'dna.extracted': () => '',
    'winner.detected': () => '',
    'winner.withdrawn': () => '',
    'winner.indexed': () => '',
    'tick.hourly': everyKey,
    'cycle.step.requested': () => '',
  },
  part: { version: 3, initial: unknownAd, upcast: adUpcast },
  partKeys: {
    'ad.created': ({ ad_id }) => [ad_id],
    'dna.extracted': ({ ad_id }) => [ad_id],
    'winner.detected': ({ ad_id }) => [ad_id],
    'winner.withdrawn': ({ ad_id }) => [ad_id],
    'winner.indexed': ({ ad_id }) => [ad_id],
    'tick.hourly': (tick, { unindexed }: AccountState) => (isDaily(tick) ? unindexed.slice(0, most_again) : []),
    'cycle.step.requested': ({ step }, { unindexed }: AccountState) =>
      step === 'rag_indexing' ? unindexed.slice(0, most_again) : [],
  },
});
