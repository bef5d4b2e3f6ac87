/**
 * What the engine needs from outside: a log, a ledger, a codec, sinks and a clock. Three implementations:
 * `driver/` (memory), `embedded/` (LMDB), `kafka/`.
 */
import type { CauseName, Row } from '../topology/coordinates.ts';

/**
 * Where a record stands in what its source gives. A source that was interrupted gives the same again, so a reader drops
 * what it took before. Only where a log cannot take records and their source's position as one.
 */
export interface SourceName {
  readonly source: string;
  /** Counts what the source appended at once. */
  readonly batch: number;
  readonly ordinal: number;
}

/** A record to append. `partition` is the partitioner's answer, given by the engine. */
export interface NewRecord {
  readonly topic: string;
  readonly partition: number;
  /** Record key; empty for broadcast topics. */
  readonly key: string;
  readonly value: Uint8Array;
  /** Present on events of ours; records of sources have none. */
  readonly name?: CauseName | undefined;
  /** Present on records of sources where their source's position is not appended with them. */
  readonly from?: SourceName | undefined;
  readonly headers?: Readonly<Record<string, Uint8Array>> | undefined;
  /** What the codec made of the value, kept so that the groups of one process decode a record once. */
  decoded?: Decoded | undefined;
  /** Key, value and headers as the log writes them, kept so that the outbox and the log write them once. */
  body?: Uint8Array | undefined;
}

export interface LogRecord extends NewRecord {
  readonly offset: number;
  /** When the log took it: UTC epoch milliseconds. */
  readonly appended_ms: number;
}

/** Offsets of a topic's partition: `start` is the oldest kept, `end` the next to be written. */
export interface LogRange {
  readonly start: number;
  readonly end: number;
}

export interface Log {
  readonly partitions: number;
  range(topic: string, partition: number): LogRange | Promise<LogRange>;
  /**
   * `range` of a log whose own may be older than what other processes have written: all that is in the range can be read
   * when it resolves.
   */
  rangeNow?(topic: string, partition: number): Promise<LogRange>;
  /**
   * Records from `offset` on, at least one and about `max_records`; empty at the end. Compaction leaves gaps. A log
   * in process answers synchronously, so that a batch costs no turn of the event loop.
   */
  read(
    topic: string,
    partition: number,
    offset: number,
    max_records: number,
  ): readonly LogRecord[] | Promise<readonly LogRecord[]>;
  /**
   * The first offset from this one on that may hold something, as far as is known here: marks of transactions, and what was
   * written in those that were given up, take offsets too. Without it every offset does.
   */
  past?(topic: string, partition: number, offset: number): number;
  /** Whether offsets from one up to another hold nothing that counts; looked up where it is not known. */
  isHole?(topic: string, partition: number, from: number, to: number): Promise<boolean>;
  /** Ranges of many topics by partition, where asking for each by itself would take long. */
  ranges?(topics: readonly string[]): Promise<ReadonlyMap<string, readonly LogRange[]>>;
  /** Tells `onAppend` of topics also where no group of this process reads them. A log of one process tells all anyway. */
  follow?(topics: readonly string[]): Promise<void>;
  append(records: readonly NewRecord[]): Promise<void>;
  /**
   * Lets go of records that are kept for readers of this process, which need those of a partition from this offset on.
   * They can still be read.
   */
  release?(neededFrom: (topic: string, partition: number) => number): void;
  /**
   * Appends a source's records with its new position: both or neither, or so that readers drop what comes twice.
   * `position` is the source's own cursor; a source that restarts continues from `position(source)`.
   */
  appendFrom(source: string, position: string, records: readonly NewRecord[]): Promise<void>;
  position(source: string): Promise<string | undefined>;
  /** Called after each append; returns the function that stops it. */
  onAppend(listener: (appended: readonly LogRecord[]) => void): () => void;
}

export type Decoded =
  | { readonly ok: true; readonly value: object }
  | {
      readonly ok: false;
      readonly stage: 'decode' | 'check';
      readonly code: string;
      readonly message: string;
      readonly field?: string;
    };

/** Bytes to values and back; knows the topics' schemas, which the engine does not. */
export interface Codec {
  encode(topic: string, value: object): Uint8Array;
  /** Never throws: what cannot be decoded, or breaks a field rule, is an outcome. */
  decode(topic: string, bytes: Uint8Array, appended_ms: number): Decoded;
}

export interface Clock {
  now_ms(): number;
}

/** Where rows go. Sending the same rows again changes nothing that a query sees. */
export interface RowSink {
  send(rows: readonly Row[]): Promise<void>;
}

export { nameOf, type CauseName, type Row } from '../topology/coordinates.ts';
