/**
 * What the fault suite runs: the toy topology, and a group as those of ours that read snapshots. It takes a total only if
 * it is newer than the one it has, and an hour only once, so that whatever a producer repeats or mixes up counts once.
 * Its state has two versions.
 */
import { z } from 'zod';
import {
  everyKey,
  processor,
  wire,
  type AnyProcessor,
  type Decide,
  type StateSpec,
} from '../../../topology/processor.ts';
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

/** What the group knows of an ad, whichever shape it is kept in. */
const unknownAd: Latest = { as_of: 0, total: 0, hour: -1 };

/** Version 2 of the state of the group: what is not known is null, not a number that means it. */
export interface Latest2 {
  readonly newest: { readonly as_of: number; readonly total: number } | null;
  readonly hour: number | null;
}

/** A version of the state of the group, and how handlers read and write it. */
interface Shape<S> {
  readonly state: StateSpec<S>;
  readonly read: (state: S) => Latest;
  readonly write: (latest: Latest) => S;
}

const first: Shape<Latest> = {
  state: { version: 1, initial: () => unknownAd },
  read: (state) => state,
  write: (latest) => latest,
};

const toLatest2 = ({ as_of, total, hour }: Latest): Latest2 => ({
  newest: as_of === unknownAd.as_of ? null : { as_of, total },
  hour: hour === unknownAd.hour ? null : hour,
});

const latest1 = z.object({ as_of: z.number(), total: z.number(), hour: z.number() });

const second: Shape<Latest2> = {
  state: {
    version: 2,
    initial: () => toLatest2(unknownAd),
    upcast: (stored) => toLatest2(latest1.parse(stored)),
  },
  read: ({ newest, hour }) => ({ ...unknownAd, ...newest, hour: hour ?? unknownAd.hour }),
  write: toLatest2,
};

/** An upcast that loses the total, as a planted bug: the oracle must see what comes of it. */
const forgetful: Shape<Latest2> = {
  ...second,
  state: { ...second.state, upcast: (stored) => ({ ...toLatest2(latest1.parse(stored)), newest: null }) },
};

/** Ads by this name have no ticks: state of theirs stays as it was written until a total of theirs comes. */
export const resting_ad = 'rest';

function latestOf<S>({ state: spec, read, write }: Shape<S>): AnyProcessor {
  const wiring = wire({
    group: 'latest',
    description: 'Newest total of each ad, and each hour once.',
    partitionBy: 'account_id',
    reads: [snapshot, tick],
    emits: [change],
    writes: [],
    state: spec,
    stateKey: { 'toy.snapshot': (event) => event.ad_id, 'toy.tick': everyKey },
  });
  const decide: Decide<typeof wiring> = {
    'toy.snapshot': (stored, { ad_id, as_of, total }, { key }) => {
      const state = read(stored);
      const dormant = ad_id === resting_ad;
      if (as_of <= state.as_of) return { state: stored, dormant };
      const by = total - state.total;
      return {
        state: write({ ...state, as_of, total }),
        dormant,
        emit: [change.event({ account_id: key, ad_id, by, as_of, hour: null })],
      };
    },
    'toy.tick': (stored, { hour }, { key, stateKey }) => {
      const state = read(stored);
      if (hour <= state.hour) return { state: stored };
      return {
        state: write({ ...state, hour }),
        emit: [change.event({ account_id: key, ad_id: stateKey, by: 0, as_of: null, hour })],
      };
    },
  };
  return processor(wiring, decide);
}

const topologyWith = (latest: AnyProcessor): Topology => ({
  topics: [...toy.topics, snapshot, tick, change],
  processors: [...toy.processors, latest],
});

/** Versions of the code that are rolled over each other: the first two keep state alike, the third keeps it otherwise. */
const topologies = {
  'version-1': topologyWith(latestOf(first)),
  'version-2': topologyWith(latestOf(first)),
  'version-3': topologyWith(latestOf(second)),
} as const;
export type Code = keyof typeof topologies;

export const codes = ['version-1', 'version-2', 'version-3'] as const satisfies readonly Code[];

/** What that version of the code runs, with the planted bug or without. */
export const topologyOf = (code: Code, isForgetful = false): Topology =>
  isForgetful && code === 'version-3' ? topologyWith(latestOf(forgetful)) : topologies[code];
