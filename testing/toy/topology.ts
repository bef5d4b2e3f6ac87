/**
 * A small topology for tests of the engine, made so that faults show: `chain` depends on the order of two inputs and
 * emits a hash chain; `check` follows the chain, counts every break and writes rows beside its state; `mirror` writes rows
 * without any.
 */
import { everyKey, noState, processor, wire, type AnyProcessor, type Decide } from '../../topology/processor.ts';
import { table, topic } from '../../topology/topic.ts';
import type { Topology } from '../../topology/topology.ts';

export interface Measured {
  readonly account_id: string;
  readonly ad_id: string;
  /** Below zero makes the handler throw. */
  readonly amount: number;
}
export interface Noted {
  readonly account_id: string;
  readonly ad_id: string;
  readonly note: number;
}
export interface Link {
  readonly account_id: string;
  readonly ad_id: string;
  readonly n: number;
  readonly before: number;
  readonly hash: number;
  readonly policy_version: string;
}

const common = {
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'for tests',
  check: () => undefined,
} as const;
export const measured = topic<Measured>()({ ...common, name: 'toy.measured', partitionKey: 'account_id' });
export const noted = topic<Noted>()({ ...common, name: 'toy.noted', partitionKey: 'account_id' });
export const hour = topic<{ readonly hour: number }>()({ ...common, name: 'toy.hour', partitionKey: null });
export const link = topic<Link>()({ ...common, name: 'toy.link', partitionKey: 'account_id' });
export const policy = topic<{ readonly version: string }>()({ ...common, name: 'toy.policy', partitionKey: null });
export const refused = topic<{ readonly account_id: string }>()({
  ...common,
  name: 'toy.refused',
  partitionKey: 'account_id',
});
export const links = table({ name: 'links', description: 'for tests', of: link, orderBy: ['account_id'] });
export const amounts = table({ name: 'amounts', description: 'for tests', of: measured, orderBy: ['account_id'] });

export interface Chain {
  readonly n: number;
  readonly hash: number;
}

const chainWiring = wire({
  group: 'chain',
  description: 'Order matters: each event changes a hash.',
  partitionBy: 'account_id',
  reads: [measured, noted, hour],
  emits: [link],
  writes: [],
  state: { version: 1, initial: (): Chain => ({ n: 0, hash: 7 }) },
  stateKey: { 'toy.measured': (event) => event.ad_id, 'toy.noted': (event) => event.ad_id, 'toy.hour': everyKey },
  part: { version: 1, initial: () => 0 },
  partKeys: { 'toy.measured': (event) => [`amount:${event.amount % 8}`] },
});

const mix = (hash: number, value: number): number => (Math.imul(hash, 31) + value) >>> 0;

const chain: Decide<typeof chainWiring> = {
  'toy.measured': (state, event, { key, policy: { version }, parts }) => {
    if (event.amount < 0) throw new Error(`amount must not be negative, it is ${event.amount}`);
    const part = `amount:${event.amount % 8}`;
    const next = { n: state.n + 1, hash: mix(state.hash, event.amount + (parts.get(part) ?? 0)) };
    const emitted = {
      account_id: key,
      ad_id: event.ad_id,
      n: next.n,
      before: state.hash,
      hash: next.hash,
      policy_version: version,
    };
    return {
      state: next,
      dormant: event.ad_id === 'rest' && next.n === 1,
      parts: new Map([[part, (parts.get(part) ?? 0) + 1]]),
      emit: [link.event(emitted)],
    };
  },
  'toy.noted': (state, event, { key, policy: { version } }) => {
    const next = { n: state.n + 1, hash: mix(state.hash, event.note * 7 + 1) };
    return {
      state: next,
      emit: [
        link.event({
          account_id: key,
          ad_id: event.ad_id,
          n: next.n,
          before: state.hash,
          hash: next.hash,
          policy_version: version,
        }),
      ],
    };
  },
  'toy.hour': (state, event, { key, stateKey, random, policy: { version } }) => {
    const next = { n: state.n + 1, hash: mix(state.hash, event.hour + Math.floor(random() * 1000)) };
    return {
      state: next,
      emit: [
        link.event({
          account_id: key,
          ad_id: stateKey,
          n: next.n,
          before: state.hash,
          hash: next.hash,
          policy_version: version,
        }),
      ],
    };
  },
};

export interface Checked {
  readonly n: number;
  readonly hash: number;
  readonly breaks: number;
}

const checkWiring = wire({
  group: 'check',
  description: 'Follows the chain; a lost, doubled or changed link is a break.',
  partitionBy: 'account_id',
  reads: [link],
  emits: [],
  writes: [links],
  state: { version: 1, initial: (): Checked => ({ n: 0, hash: 7, breaks: 0 }) },
  stateKey: { 'toy.link': (event) => event.ad_id },
});

const check: Decide<typeof checkWiring> = {
  'toy.link': (state, event) => {
    const fits = event.n === state.n + 1 && event.before === state.hash;
    return {
      state: { n: event.n, hash: event.hash, breaks: state.breaks + (fits ? 0 : 1) },
      write: [links.row(event)],
    };
  },
};

const mirrorWiring = wire({
  group: 'mirror',
  description: 'One row per event, no state.',
  partitionBy: 'account_id',
  reads: [measured],
  emits: [],
  writes: [amounts],
  state: noState,
  stateKey: { 'toy.measured': () => '' },
});

const mirror: Decide<typeof mirrorWiring> = {
  'toy.measured': (_state, event) => ({ state: null, write: [amounts.row(event)] }),
};

const processors: readonly AnyProcessor[] = [
  processor(chainWiring, chain),
  processor(checkWiring, check),
  processor(mirrorWiring, mirror),
];

export const toy: Topology = { topics: [measured, noted, hour, link, policy, refused], processors };
