/**
 * What the fault suite runs: the toy topology, and a group as those of ours that read snapshots. It takes a total only if
 * it is newer than the one it has, and an hour only once, so that whatever a producer repeats or mixes up counts once.
 * Its state has two versions, and so has its part: the total, beside when it is of.
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

/** What the group knows of an ad beside its total, whichever shape it is kept in. */
interface Latest {
  /** Of the newest total. */
  readonly as_of: number;
  readonly hour: number;
  /** Newer totals so far. */
  readonly totals: number;
}

const unknownAd: Latest = { as_of: 0, hour: -1, totals: 0 };

/** Version 2 of the state of the group: what is not known is null, not a number that means it. */
interface Latest2 {
  readonly as_of: number | null;
  readonly hour: number | null;
  readonly totals: number;
}

/** Version 2 of the part that holds the total; version 1 is the number alone. */
interface Total2 {
  readonly total: number;
}

/** A version of the state of the group and of its part, and how handlers read and write them. */
interface Shape<S, P> {
  readonly state: StateSpec<S>;
  readonly part: StateSpec<P>;
  readonly read: (state: S) => Latest;
  readonly write: (latest: Latest) => S;
  readonly readTotal: (part: P) => number;
  readonly writeTotal: (total: number) => P;
}

const first: Shape<Latest, number> = {
  state: { version: 1, initial: () => unknownAd },
  part: { version: 1, initial: () => 0 },
  read: (state) => state,
  write: (latest) => latest,
  readTotal: (part) => part,
  writeTotal: (total) => total,
};

const toLatest2 = ({ as_of, hour, totals }: Latest): Latest2 => ({
  as_of: as_of === unknownAd.as_of ? null : as_of,
  hour: hour === unknownAd.hour ? null : hour,
  totals,
});

const latest1 = z.object({ as_of: z.number(), hour: z.number(), totals: z.number() });
const total1 = z.number();

const second: Shape<Latest2, Total2> = {
  state: {
    version: 2,
    initial: () => toLatest2(unknownAd),
    upcast: (stored) => toLatest2(latest1.parse(stored)),
  },
  part: { version: 2, initial: () => ({ total: 0 }), upcast: (stored) => ({ total: total1.parse(stored) }) },
  read: ({ as_of, hour, totals }) => ({ as_of: as_of ?? unknownAd.as_of, hour: hour ?? unknownAd.hour, totals }),
  write: toLatest2,
  readTotal: ({ total }) => total,
  writeTotal: (total) => ({ total }),
};

/** Upcasts that lose what they should keep, as planted bugs: the oracle must see what comes of them. */
const forgetful = {
  'forgetful upcast': {
    ...second,
    state: { ...second.state, upcast: (stored) => ({ ...toLatest2(latest1.parse(stored)), totals: 0 }) },
  },
  'forgetful upcast of a part': { ...second, part: { ...second.part, upcast: () => ({ total: 0 }) } },
} as const satisfies Record<string, Shape<Latest2, Total2>>;

/** Ads by this name have no ticks: state of theirs stays as it was written until a total of theirs comes. */
export const resting_ad = 'rest';

/** The part of an ad that holds its newest total. */
export const total_part = 'total';

function latestOf<S, P>({ state: spec, part, read, write, readTotal, writeTotal }: Shape<S, P>): AnyProcessor {
  const wiring = wire({
    group: 'latest',
    description: 'Newest total of each ad, and each hour once.',
    partitionBy: 'account_id',
    reads: [snapshot, tick],
    emits: [change],
    writes: [],
    state: spec,
    stateKey: { 'toy.snapshot': (event) => event.ad_id, 'toy.tick': everyKey },
    part,
    partKeys: { 'toy.snapshot': () => [total_part] },
  });
  const decide: Decide<typeof wiring> = {
    'toy.snapshot': (stored, { ad_id, as_of, total }, { key, parts }) => {
      const state = read(stored);
      const dormant = ad_id === resting_ad;
      if (as_of <= state.as_of) return { state: stored, dormant };
      const by = total - readTotal(parts.get(total_part) ?? part.initial(key));
      return {
        state: write({ ...state, as_of, totals: state.totals + 1 }),
        dormant,
        parts: new Map([[total_part, writeTotal(total)]]),
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

const hasBug = (bug: string): bug is keyof typeof forgetful => bug in forgetful;

/** What that version of the code runs; the newest with a planted bug, where that is one of an upcast. */
export const topologyOf = (code: Code, bug = 'none'): Topology =>
  hasBug(bug) && code === 'version-3' ? topologyWith(latestOf(forgetful[bug])) : topologies[code];
