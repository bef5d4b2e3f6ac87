/**
 * What a topic is. A topic is a value: its name, the field its records are keyed by, how long it is
 * kept, and the rules its values keep. This folder names no topic of ours.
 */

/** How a field of an incoming event breaks its rule: enough to say what to change. */
export interface Violation {
  /** Path of the field, for example `clicks` or `arms[2].share`. */
  readonly field: string;
  /** The value found, printed. */
  readonly value: string;
  /** The rule, to follow the field's name: "must be at most impressions (120)". */
  readonly rule: string;
  /** What the producer can do about it. */
  readonly remedy: string;
}

export interface Retention {
  /** How long a record stays in the log, in milliseconds; `forever` for topics that are the state of the world. */
  readonly keep_ms: number | 'forever';
  /** Fields that identify what a record describes: of each, at least the newest is kept. Empty: no compaction. */
  readonly compactBy: readonly string[];
}

/** How a record takes the place of others: of those that are alike in `of`, the one with the highest `by` counts. */
export interface Restating<F extends string = string> {
  readonly of: readonly F[];
  readonly by: F;
}

/**
 * A kind of event and the log it is kept in. `K` is the field its records are keyed by; null for a
 * broadcast topic, of which each partition gets its own copy.
 *
 * Members that take a value are methods on purpose: a method's parameter is checked bivariantly, so a
 * topic of ad metrics is a topic of objects.
 */
export interface Topic<N extends string = string, V extends object = object, K extends string | null = string | null> {
  readonly name: N;
  readonly partitionKey: K;
  /** Version of the schema this code writes and reads (`schemas/<name>/v<version>.avsc`). */
  readonly version: number;
  readonly retention: Retention;
  /** Left out where each record stands for itself. */
  readonly restates?: Restating;
  readonly description: string;
  /** Who outside this program writes it, where nobody inside does; `check` asks for it. */
  readonly writtenBy?: string;
  /** Why nobody in this program reads it, where nobody does; `check` asks for it. */
  readonly readBy?: string;
  /** The first field that breaks its rule, or undefined. `at_ms` is when the record reached the log. */
  check(value: V, at_ms: number): Violation | undefined;
  /** Tags a value with this topic's name, so that the compiler can check what a handler emits. */
  event(value: V): { readonly topic: N; readonly value: V };
}

export interface TopicSpec<N extends string, V extends object, K extends string | null> {
  readonly name: N;
  readonly partitionKey: K;
  readonly version: number;
  readonly retention: Retention;
  readonly restates?: Restating<keyof V & string>;
  readonly description: string;
  readonly writtenBy?: string;
  readonly readBy?: string;
  check(value: V, at_ms: number): Violation | undefined;
}

/**
 * Declares a topic. The value type cannot be inferred from a name, so it is given first:
 * `topic<AdMetrics>()({ name: 'ad.metrics', partitionKey: 'account_id', ... })`.
 */
export const topic =
  <V extends object>() =>
  <const N extends string, const K extends (keyof V & string) | null>(spec: TopicSpec<N, V, K>): Topic<N, V, K> => ({
    ...spec,
    event: (value) => ({ topic: spec.name, value }),
  });

/**
 * Who writes topics that decide who may do what. Nobody else may: no producer has the right to, and nobody publishes
 * to them.
 */
export const gateway_writes = 'the gateway';

/** A table of the analytics store: written like a topic, but nobody reacts to it. */
export interface Table<N extends string = string, V extends object = object> {
  readonly name: N;
  readonly description: string;
  /** The topic whose schema gives this table its columns. */
  readonly of: Topic<string, V>;
  /** Columns the rows are sorted by; the store appends the event's coordinates. */
  readonly orderBy: readonly string[];
  row(value: V): { readonly table: N; readonly value: V };
}

/** Declares the table that keeps a topic's values as rows. */
export const table = <const N extends string, V extends object>(
  spec: Omit<Table<N, V>, 'row' | 'orderBy'> & { readonly orderBy: readonly (keyof V & string)[] },
): Table<N, V> => ({ ...spec, row: (value) => ({ table: spec.name, value }) });
