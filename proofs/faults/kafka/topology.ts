/**
 * What the fault suite runs: the toy topology, and a group as those of ours that read snapshots. It takes a total only if
 * it is newer than the one it has, and an hour only once, so that whatever a producer repeats or mixes up counts once.
 */
import { everyKey, processor, wire, type Decide } from '../../../topology/processor.ts';
import { topic } from '../../../topology/topic.ts';
import type { Topology } from '../../../topology/topology.ts';
import { toy } from '../../../testing/toy/topology.ts';

export interface Snapshot {
  readonly account_id: string;
  readonly ad_id: string;
  readonly as_of: number;
  readonly total: number;
}

/** By how much a total rose, or the hour that has passed. */
export interface Change {
  readonly account_id: string;
  readonly ad_id: string;
  readonly by: number;
  readonly as_of: number | null;
  readonly hour: number | null;
}

const common = {
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'for the fault suite',
  check: () => undefined,
} as const;
const snapshot = topic<Snapshot>()({ ...common, name: 'toy.snapshot', partitionKey: 'account_id' });
const tick = topic<{ readonly hour: number }>()({ ...common, name: 'toy.tick', partitionKey: null });
const change = topic<Change>()({ ...common, name: 'toy.change', partitionKey: 'account_id' });

export interface Latest {
  readonly as_of: number;
  readonly total: number;
  readonly hour: number;
}

const latestWiring = wire({
  group: 'latest',
  description: 'Newest total of each ad, and each hour once.',
  partitionBy: 'account_id',
  reads: [snapshot, tick],
  emits: [change],
  writes: [],
  state: { version: 1, initial: (): Latest => ({ as_of: 0, total: 0, hour: -1 }) },
  stateKey: { 'toy.snapshot': (event) => event.ad_id, 'toy.tick': everyKey },
});

const latest: Decide<typeof latestWiring> = {
  'toy.snapshot': (state, { ad_id, as_of, total }, { key }) => {
    if (as_of <= state.as_of) return { state };
    const by = total - state.total;
    return {
      state: { ...state, as_of, total },
      emit: [change.event({ account_id: key, ad_id, by, as_of, hour: null })],
    };
  },
  'toy.tick': (state, { hour }, { key, stateKey }) => {
    if (hour <= state.hour) return { state };
    return {
      state: { ...state, hour },
      emit: [change.event({ account_id: key, ad_id: stateKey, by: 0, as_of: null, hour })],
    };
  },
};

export const topology: Topology = {
  topics: [...toy.topics, snapshot, tick, change],
  processors: [...toy.processors, processor(latestWiring, latest)],
};
