/**
 * What a processor is: two values. `wire({...})` is data and all that the topology needs; the handlers,
 * typed by `Decide<typeof wiring>`, are pure functions from (state, event, context) to a decision. One
 * value cannot hold both and still infer its types (TS2502), hence two.
 */
import type { Table, Topic } from './topic.ts';

export type EventOf<T extends Topic> = T extends Topic ? ReturnType<T['event']> : never;
export type RowOf<T extends Table> = T extends Table ? ReturnType<T['row']> : never;
type ValueOf<T extends Topic, N extends string> = EventOf<Extract<T, { readonly name: N }>>['value'];

/** A tick or a global command: the handler runs once per state key of its partition, in byte order of keys. */
export const everyKey: unique symbol = Symbol('everyKey');

/**
 * What happens to a key whose handler threw.
 * - `skip`: the event becomes a dead letter and its key goes on with the next one;
 * - `park`: later events of the key become dead letters too, until they are redriven in order;
 * - `stop`: the group stops with the error.
 */
export type OnError = 'skip' | 'park' | 'stop';

export interface StateSpec<S> {
  readonly version: number;
  /** The state of a key that has none yet. */
  initial(key: string): S;
  /** Turns a value stored under an older version into this one; without it an older version is refused. */
  upcast?(stored: unknown, version: number): S;
}

/**
 * State of a processor that keeps none. What it writes goes to the sinks before its cursor moves: handling a record
 * again gives the same rows, so nothing has to be remembered but the position.
 */
export const noState: StateSpec<null> = { version: 0, initial: () => null };

/**
 * The data of a processor. State of one key is split in two: `state` is small and rewritten with each event
 * of its key; `parts` are sub-records of which only those that `partKeys` names are read and written.
 */
export interface Wiring<
  P extends string,
  R extends Topic<string, object, P | null>,
  E extends Topic,
  T extends Table,
  S,
  Part,
> {
  /** The consumer group; `loop` or `loop.part`. */
  readonly group: string;
  readonly description: string;
  /** All that is read shares this record key, or it does not compile; broadcast topics reach every partition. */
  readonly partitionBy: P;
  readonly reads: readonly R[];
  readonly emits: readonly E[];
  readonly writes: readonly T[];
  /** Default `park`: order within a key is kept at the price of its delay. */
  readonly onError?: OnError;
  readonly state: StateSpec<S>;
  /** Which state, within its record key, an event belongs to; `''` where there is one per record key. */
  readonly stateKey: { readonly [N in R['name']]: ((event: ValueOf<R, N>) => string) | typeof everyKey };
  readonly part?: StateSpec<Part>;
  /** The sub-records an event needs, given the state it meets. */
  readonly partKeys?: { readonly [N in R['name']]?: (event: ValueOf<R, N>, state: S) => readonly string[] };
}

export type AnyWiring = Omit<
  Wiring<string, Topic<string, object, string | null>, Topic, Table, unknown, unknown>,
  'stateKey' | 'partKeys'
>;
type StateOf<W extends AnyWiring> = ReturnType<W['state']['initial']>;
type PartOf<W extends AnyWiring> = W extends { readonly part?: StateSpec<infer Part> } ? Part : never;

/** What a handler may know beside its state and event. All of it comes from the log, so a redo sees the same. */
export interface Context<Policy, Part = never> {
  /** When the record reached the log: UTC epoch milliseconds. */
  readonly at_ms: number;
  /** Seeds `random`; made from the event's coordinates and the state key. Report it with what was drawn. */
  readonly seed: number;
  /** Uniform on [0, 1), the same sequence at each redo. */
  readonly random: () => number;
  readonly policy: Policy;
  /** The record key and state key being decided. */
  readonly key: string;
  readonly stateKey: string;
  /** The sub-records that `partKeys` named and that exist. */
  readonly parts: ReadonlyMap<string, Part>;
}

export interface Decision<W extends AnyWiring> {
  /** The new state; the same object when nothing changed, `null` to forget the key. */
  readonly state: StateOf<W> | null;
  /** The key needs no `everyKey` call until an event of its own touches it again (a finished experiment). */
  readonly dormant?: boolean;
  /** Sub-records to write; null deletes. */
  readonly parts?: ReadonlyMap<string, PartOf<W> | null>;
  readonly emit?: readonly EventOf<W['emits'][number]>[];
  readonly write?: readonly RowOf<W['writes'][number]>[];
}

export type Decide<W extends AnyWiring, Policy = { readonly version: string }> = {
  readonly [N in W['reads'][number]['name']]: (
    state: StateOf<W>,
    event: ValueOf<W['reads'][number], N>,
    context: Context<Policy, PartOf<W>>,
  ) => Decision<W>;
};

export const wire = <
  P extends string,
  R extends Topic<string, object, P | null>,
  E extends Topic,
  T extends Table,
  S,
  Part,
>(
  wiring: Wiring<P, R, E, T, S, Part>,
): Wiring<P, R, E, T, S, Part> => wiring;

export const processor = <W extends AnyWiring, Policy>(
  wiring: W,
  decide: Decide<W, Policy>,
): { readonly wiring: W; readonly decide: Decide<W, Policy> } => ({
  wiring,
  decide,
});

/** The part of an `AbortSignal` that is known where nothing of Node is; ports get the real one. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
}

/** What a caller may know beside its request. */
export interface CallContext<Policy> {
  /** When the request reached the log: UTC epoch milliseconds. */
  readonly at_ms: number;
  readonly key: string;
  readonly policy: Policy;
  /** Names the request, the same each time it is asked: the outside may use it to answer once. */
  readonly request_id: string;
  /** Run of the group that wrote the request: rises when that group is reset; 0 where none of ours wrote it. */
  readonly run: number;
  /** Fires at the deadline, and when the group stops. */
  readonly signal: Signal;
}

/** What the outside said, as events and rows; nothing of a caller's answer is state. */
export type Answer<W extends AnyWiring> = Pick<Decision<W>, 'emit' | 'write'>;

/** Thrown by a caller where asking again would not help: the request itself is refused. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

export interface CallLimits {
  /** Requests under way at a time, on one partition. */
  readonly concurrency: number;
  /** Time for a request with all its tries, milliseconds. */
  readonly deadline_ms: number;
  /** Tries of a request, the first included. */
  readonly attempts: number;
  /** Wait before the second try, milliseconds; doubled for each further one, and scattered. */
  readonly first_retry_ms: number;
}

/**
 * How a group asks the outside: `answer` turns a request event into a result, `failed` says as a result that there is
 * none and why. All that came from outside is then in the log, and nothing is asked again when state is rebuilt.
 */
export interface Call<W extends AnyWiring, Policy = { readonly version: string }> {
  readonly limits: CallLimits;
  readonly answer: {
    readonly [N in W['reads'][number]['name']]: (
      request: ValueOf<W['reads'][number], N>,
      context: CallContext<Policy>,
    ) => Promise<Answer<W>>;
  };
  readonly failed: {
    readonly [N in W['reads'][number]['name']]: (
      request: ValueOf<W['reads'][number], N>,
      why: string,
      context: Omit<CallContext<Policy>, 'signal'>,
    ) => Answer<W>;
  };
}

/** A processor that asks the outside. Its wiring has `noState`: what it knows is in its requests. */
export const caller = <W extends AnyWiring & { readonly state: StateSpec<null> }, Policy>(
  wiring: W,
  call: Call<W, Policy>,
): { readonly wiring: W; readonly decide: Readonly<Record<string, never>>; readonly call: Call<W, Policy> } => ({
  wiring,
  decide: {},
  call,
});

/** A processor as the engine sees it: the types that tied handlers to events are gone, their check was the compiler's. */
export interface AnyProcessor {
  readonly wiring: AnyWiring & {
    readonly stateKey: { readonly [topic: string]: ((event: never) => string) | typeof everyKey };
    readonly partKeys?: { readonly [topic: string]: ((event: never, state: never) => readonly string[]) | undefined };
  };
  readonly decide: {
    readonly [topic: string]: (state: never, event: never, context: Context<never, never>) => ErasedDecision;
  };
  /** Present where the group asks the outside instead of deciding. */
  readonly call?: ErasedCall;
}

/** A call whose types are gone, as `decide` is erased above. */
export interface ErasedCall {
  readonly limits: CallLimits;
  readonly answer: {
    readonly [topic: string]: (request: never, context: CallContext<never>) => Promise<ErasedAnswer>;
  };
  readonly failed: {
    readonly [topic: string]: (request: never, why: string, context: never) => ErasedAnswer;
  };
}

export type ErasedAnswer = Pick<ErasedDecision, 'emit' | 'write'>;

export interface ErasedDecision {
  readonly state: unknown;
  readonly dormant?: boolean;
  readonly parts?: ReadonlyMap<string, unknown>;
  readonly emit?: readonly { readonly topic: string; readonly value: object }[];
  readonly write?: readonly { readonly table: string; readonly value: object }[];
}
