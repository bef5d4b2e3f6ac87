/** What an engine is made of and the limits it keeps. */
import type { Topology } from '../topology/topology.ts';
import type { FaultPoints } from './commit-path/faults.ts';
import type { Watermark } from './ledger.ts';
import type { CauseName, Clock, Codec, LogRecord, RowSink } from './ports.ts';

/** A record that a group refused, before it becomes an event. */
export interface Refusal {
  readonly group: string;
  readonly record: LogRecord;
  readonly stage: 'decode' | 'check' | 'key' | 'decide' | 'parked';
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly state_key: string | null;
  readonly at_ms: number;
}

export interface Limits {
  /**
   * Most records of one batch. More means fewer commits, fewer writes of a state that several of them change, and
   * larger inserts of rows.
   */
  readonly batch_records: number;
  /** Records decoded or decided in one turn of the event loop: what all else in the process waits for, about. */
  readonly slice_records: number;
  /** How long tasks go on before all else in the process has its turn, about; Infinity: each once. */
  readonly turn_ms: number;
  /** Most state keys that an `everyKey` record visits in one commit. */
  readonly tick_keys: number;
  /** Values of state and of parts that a task keeps in memory, each. */
  readonly cache_entries: number;
  /** Bytes of one value at most, as brokers have a limit too; a dead letter may hold one of that size and its envelope. */
  readonly record_bytes: number;
  /** Bytes a task may have in its outbox before it waits. */
  readonly outbox_bytes: number;
  /** Share of handled events whose handler may throw before the group stops: a bug must not drain a topic. */
  readonly failure_share: number;
  /** Failures below this number never stop a group. */
  readonly failure_count: number;
}

export const defaultLimits: Limits = {
  batch_records: 16_384,
  slice_records: 2_048,
  turn_ms: 10,
  tick_keys: 8_192,
  cache_entries: 200_000,
  record_bytes: 1_000_000,
  outbox_bytes: 32 * 1024 * 1024,
  failure_share: 0.01,
  failure_count: 20,
};

/** What drops events that were taken before; replaced only by tests that show what happens without. */
export interface SeenFilter {
  seen(topic: string, name: CauseName): boolean;
  stored(): Readonly<Record<string, Watermark>>;
}

/** Parts that a test replaces by broken ones, to show that its oracle notices. */
export interface Replaceable {
  readonly watermarks?: (stored: Readonly<Record<string, Watermark>>) => SeenFilter;
  /** Send effects before the commit that they belong to. */
  readonly sendBeforeCommit?: boolean;
  /** Write no journal and redo in whatever order the inputs offer. */
  readonly noJournal?: boolean;
  /** Take the commits of whoever had the partition before. */
  readonly noEpoch?: boolean;
}

/**
 * A policy, of which the engine knows no more than its name, which stands in the journal, and whether it is another one
 * for some record keys.
 */
export interface Versioned {
  readonly version: string;
  /** What handlers get instead: worked out when it was parsed, so that nothing is made for an event. */
  readonly overrides?: {
    /** Record keys of groups that are partitioned so have their own. */
    readonly partitionBy: string;
    readonly of: ReadonlyMap<string, Versioned>;
    /** What all others get. */
    readonly others: Versioned;
  };
}

/** The policy that holds for a record key of a group that is partitioned by `partitionBy`. */
export function policyFor(policy: Versioned, partitionBy: string, key: string): Versioned {
  if (policy.overrides === undefined) return policy;
  const { of, others } = policy.overrides;
  return (policy.overrides.partitionBy === partitionBy ? of.get(key) : undefined) ?? others;
}

export interface EngineOptions {
  readonly topology: Topology;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly partitions: number;
  /** Version of the code; a redo under another one stops. */
  readonly code: string;
  /** How policy reaches handlers: the topic that carries it, what its value means, what holds before the first. */
  readonly policy: { readonly topic: string; parse(value: object): Versioned; readonly initial: Versioned };
  readonly deadLetters: {
    readonly topic: string;
    event(refusal: Refusal): { readonly key: string; readonly value: object };
  };
  readonly rows?: RowSink;
  readonly limits?: Partial<Limits>;
  readonly faults?: FaultPoints;
  /** Told of each step of each task, to measure how long it takes. It must not throw. */
  readonly observe?: FaultPoints;
  readonly replace?: Replaceable;
}

/** Name of the topic that carries a group's journal. */
export const journalTopic = (group: string): string => `journal.${group}`;

export const isJournal = (topic: string): boolean => topic.startsWith('journal.');
