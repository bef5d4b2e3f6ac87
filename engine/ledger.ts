/**
 * The engine's ledger: state, cursor, watermarks and outbox of one (group, partition), committed together or not at
 * all. Embedded keeps it in LMDB, the Kafka engine in Redis, the driver in memory.
 */
import { EngineError } from './errors.ts';
import type { NewRecord, Row } from './ports.ts';

/** Where a group stands in one input topic of its partition. */
export interface InputCursor {
  /** Next offset to read. */
  readonly offset: number;
  /** CRC-32 of the last record taken, so that a log that was truncated and refilled is noticed. */
  readonly crc: number;
}

/** An `everyKey` record that is being handled in chunks: the keys up to `after_key` are done. */
export interface TickProgress {
  readonly topic: string;
  readonly offset: number;
  readonly after_key: string;
  /** Ordinal of the next event this record causes. */
  readonly ordinal: number;
}

/** Last (offset, ordinal) taken of what one group caused by one input partition. */
export interface Watermark {
  readonly run: number;
  readonly offset: number;
  readonly ordinal: number;
}

/** All a group knows of its partition beside state: small, rewritten at each commit. */
export interface TaskHead {
  /** Rises when the group is reset; names carry it, and readers let a higher run supersede a lower one. */
  readonly run: number;
  /** Number of commits so far; a commit names the one it follows. */
  readonly seq: number;
  /** Last seq whose outbox was delivered. */
  readonly delivered_seq: number;
  readonly inputs: Readonly<Record<string, InputCursor>>;
  readonly tick: TickProgress | null;
  /** Key: topic read, group, input topic and input partition, joined by `|`. */
  readonly watermarks: Readonly<Record<string, Watermark>>;
  /** The policy in force as its topic carried it; null before the first. */
  readonly policy: object | null;
  /** Keys whose handler threw and how many of their events wait as dead letters. */
  readonly parked: Readonly<Record<string, number>>;
  readonly events_total: number;
  readonly emitted_total: number;
  readonly rows_total: number;
  readonly dead_letters_total: number;
  readonly last_event_ms: number | null;
}

export const emptyHead: TaskHead = {
  run: 1,
  seq: 0,
  delivered_seq: 0,
  inputs: {},
  tick: null,
  watermarks: {},
  policy: null,
  parked: {},
  events_total: 0,
  emitted_total: 0,
  rows_total: 0,
  dead_letters_total: 0,
  last_event_ms: null,
};

/** Effects of one commit that are not yet outside. */
export interface OutboxEntry {
  readonly seq: number;
  readonly records: readonly NewRecord[];
  readonly rows: readonly Row[];
  readonly bytes: number;
}

/** `state`: one value per state key; `part`: a sub-record; `active`: keys that `everyKey` visits. */
export type StateKind = 'state' | 'part' | 'active';

export interface StateWrite {
  readonly kind: StateKind;
  readonly key: string;
  /** What `stored` of the state's codec gives, for the store to pack; null deletes. */
  readonly value: StoredState | null;
}

/** A state or part with the version of its shape. */
export type StoredState = readonly [version: number, value: unknown];

export interface Commit {
  /** The seq this commit makes; refused unless the stored one is one less. */
  readonly seq: number;
  readonly head: TaskHead;
  readonly state: readonly StateWrite[];
  /** What this batch causes outside; absent when nothing. */
  readonly outbox?: OutboxEntry;
  /** The journal line of this batch. Written no later than the commit, never after. */
  readonly journal?: NewRecord;
}

/** `fenced`: another owner committed since; drop the cache, reload, seek. */
export type CommitResult = 'applied' | 'fenced';

export interface TaskLedger {
  head(): Promise<TaskHead>;
  /** Values of keys, in order. Synchronous where the store is; the caller awaits only a promise. */
  getMany(
    kind: StateKind,
    keys: readonly string[],
  ): readonly (Uint8Array | undefined)[] | Promise<readonly (Uint8Array | undefined)[]>;
  commit(commit: Commit): Promise<CommitResult>;
  /** Entries after `delivered_seq`, oldest first. */
  outbox(): Promise<readonly OutboxEntry[]>;
  /** Forgets entries up to `seq`. May be written with the next commit: delivering twice is harmless. */
  markDelivered(seq: number): Promise<void>;
  /** Keys in byte order that start with `prefix`, with their values. */
  scan(kind: StateKind, prefix: string): AsyncIterable<readonly [string, Uint8Array]>;
  /** Forgets everything and raises the run, as one act. */
  reset(): Promise<void>;
  /**
   * Puts other state in the place of all that is stored, as one act, where `seq` is the stored commit; the head and the
   * outbox stay. Rejects with `group.stopped`, changing nothing, where another commit is stored.
   */
  replace(seq: number, state: Iterable<StoredEntry>): Promise<Replaced>;
}

/** What is stored under a key, as bytes. */
export type StoredEntry = readonly [kind: StateKind, key: string, value: Uint8Array];

/** How many values of each kind there were before and are now. */
export interface Replaced {
  readonly before: StateCounts;
  readonly after: StateCounts;
}
export type StateCounts = Readonly<Record<StateKind, number>>;

export const state_kinds: readonly StateKind[] = ['state', 'part', 'active'];

/** The error of `replace` where another commit is stored. */
export const movedOn = (place: string, seq: number): EngineError =>
  new EngineError(
    'group.stopped',
    `${place} has gone on since commit ${seq}: its state was left as it is`,
    'see that nobody works on the group, and try again',
  );

export interface Ledger {
  task(group: string, partition: number): TaskLedger;
  /** Heads as they are stored, in order, where asking for each by itself would take long. */
  heads?(tasks: readonly { readonly group: string; readonly partition: number }[]): Promise<readonly TaskHead[]>;
}

/** Joins the parts of a state key. NUL sorts before every other character, so a record key's states are one range. */
export const separator = '\u0000';
