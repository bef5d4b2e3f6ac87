/** The engine as the program sees it: the same on the driver, embedded and (later) on Kafka. */
import type { CauseName } from '../topology/coordinates.ts';
import type { Topology } from '../topology/topology.ts';
import type { Log, LogRecord } from './ports.ts';

/** An event given to the engine to validate, encode, partition and append. */
export interface SourceEvent {
  readonly topic: string;
  readonly value: object;
  /** Carried with the record, as trace context is. */
  readonly headers?: Readonly<Record<string, Uint8Array>>;
}

/** What a source appends at once. */
export interface SourceBatch {
  readonly source: string;
  /** Where the source continues after a restart; null where it gives this once and is gone. */
  readonly position: string | null;
  readonly events: readonly SourceEvent[];
}

export type GroupState = 'running' | 'idle' | 'waiting' | 'stopped';

export interface GroupStatus {
  readonly group: string;
  readonly state: GroupState;
  /** Why it waits or stopped, in words; null while it runs. */
  readonly reason: string | null;
  /** Records not yet handled, over all inputs and partitions. */
  readonly lag: number;
  readonly events_total: number;
  readonly emitted_total: number;
  readonly rows_total: number;
  readonly dead_letters_total: number;
  readonly outbox_bytes: number;
  /** When the newest handled record was appended, UTC epoch milliseconds. */
  readonly last_event_ms: number | null;
}

export interface TopicStatus {
  readonly topic: string;
  /** Per partition: oldest offset kept and next offset. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** A decoded record. `value` is null where it could not be decoded; `error` says why. */
export interface EngineEvent {
  readonly record: LogRecord;
  readonly value: object | null;
  readonly error: string | null;
}

/** A value of a group's state. `stateKey` is '' where the group keeps one state per record key. */
export interface StateEntry {
  readonly key: string;
  readonly stateKey: string;
  readonly state: unknown;
}

export interface Engine {
  readonly topology: Topology;
  readonly log: Log;
  start(): Promise<void>;
  /** Finishes the batches under way, delivers what can be delivered, closes the stores. */
  stop(): Promise<void>;
  /** Resolves when every group has handled everything appended so far, what they emitted included, and the outbox is delivered. */
  drain(): Promise<void>;
  /** Appends a source's events; a value that breaks its topic's rules rejects with an error that names the field. */
  publish(batch: SourceBatch): Promise<void>;
  /** Groups as far as this process works on them. */
  groups(): readonly GroupStatus[];
  /** Groups as a whole, whichever process works on them. */
  statuses(): Promise<readonly GroupStatus[]>;
  topics(): Promise<readonly TopicStatus[]>;
  /** State of one key of a group; undefined where there is none. Reads what is committed. */
  state(group: string, key: string, stateKey?: string): Promise<unknown>;
  /** All state of a group, in byte order of (key, stateKey) within a partition; `key` limits it to one record key. */
  scan(group: string, key?: string): AsyncIterable<StateEntry>;
  /** Sub-records of one state key; `names`: only those whose name begins so. */
  parts(group: string, key: string, stateKey: string, names?: string): AsyncIterable<readonly [string, unknown]>;
  /** The record at these coordinates, decoded; undefined where retention or compaction took it. */
  event(topic: string, partition: number, offset: number): Promise<EngineEvent | undefined>;
  /** Where the event of this name is in its topic; undefined where it was never emitted or is no longer kept. */
  find(topic: string, name: CauseName): Promise<EngineEvent | undefined>;
  /** Records as they reach the log, decoded, in batches; returns the function that stops it. */
  tail(listener: (events: readonly EngineEvent[]) => void): () => void;
  /** The engine's own books, for people: one plain object per entry. */
  inspect(
    book: 'cursors' | 'watermarks' | 'outbox' | 'journal' | 'parked',
  ): AsyncIterable<Readonly<Record<string, unknown>>>;
}
