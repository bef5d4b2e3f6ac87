/**
 * Runs a processor's handlers against the state cache. Handlers are pure, so everything a failed one may have left
 * behind can be undone: the key is read again and the batch's earlier events of that key are decided again.
 */
import { everyKey, noState, type AnyProcessor, type Context, type ErasedDecision } from '../../topology/processor.ts';
import type { Answers } from './caller.ts';
import type { Effects } from './effects.ts';
import { separator } from '../ledger.ts';
import { policyFor, type Versioned } from '../options.ts';
import type { LogRecord } from '../ports.ts';
import { generator, hash32 } from './seed.ts';
import type { ActiveKeys, Entry, StateCache } from '../state/cache.ts';

/** An event of the batch, decoded. `stateKey` is null for an `everyKey` event. */
export interface BatchItem {
  readonly record: LogRecord;
  /** The topic whose handler takes it. */
  readonly topic: string;
  readonly value: object;
  readonly key: string | null;
}

export interface DeciderState {
  readonly states: StateCache;
  readonly parts: StateCache;
  readonly active: ActiveKeys;
}

type Handler = (state: unknown, event: object, context: Context<unknown, unknown>) => ErasedDecision;
type KeyFunction = ((event: object) => string) | typeof everyKey;
type PartKeysFunction = (event: object, state: unknown) => readonly string[];

/** Places that are remembered. */
const most_places = 200_000;

const no_parts: ReadonlyMap<string, unknown> = new Map();
const no_names: readonly string[] = [];

export class Decider {
  readonly stateless: boolean;
  /** Answers of the outside to the requests of a batch, where the group calls instead of deciding. */
  answers: Answers | undefined;
  readonly #processor: AnyProcessor;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #keys: ReadonlyMap<string, KeyFunction>;
  readonly #partKeys: ReadonlyMap<string, PartKeysFunction>;
  readonly #seeds = new Map<string, number>();
  readonly #places = new Map<string, Map<string, string>>();
  #placed = 0;
  readonly #ticks: boolean;
  /** Parts that the event being decided named, and their cache keys; a task decides one event at a time. */
  #parts_named: readonly string[] = no_names;
  #named: readonly string[] = no_names;
  /** What the cache has of them, in their order: looked up once for reading and writing. */
  readonly #found: Entry[] = [];

  constructor(processor: AnyProcessor) {
    this.#processor = processor;
    this.stateless = processor.wiring.state === noState;
    // The compiler matched handlers and events when the processor was written; that knowledge is erased here, once.
    this.#handlers = new Map(Object.entries(processor.decide)) as unknown as ReadonlyMap<string, Handler>;
    this.#keys = new Map(Object.entries(processor.wiring.stateKey)) as unknown as ReadonlyMap<string, KeyFunction>;
    this.#partKeys = new Map(Object.entries(processor.wiring.partKeys ?? {})) as unknown as ReadonlyMap<
      string,
      PartKeysFunction
    >;
    this.#ticks = [...this.#keys.values()].includes(everyKey);
  }

  /** Cache keys of the parts that the event decided last named. */
  get named(): readonly string[] {
    return this.#named;
  }

  handles(topic: string): boolean {
    return this.#handlers.has(topic) || (this.#processor.call !== undefined && topic in this.#processor.call.answer);
  }

  /** Whether events of this topic visit every state key. */
  visitsEveryKey(topic: string): boolean {
    return this.#keys.get(topic) === everyKey;
  }

  /** The state an event belongs to, prefixed by its record key; null when it visits every key. May throw. */
  stateKey(topic: string, record: LogRecord, value: object): string | null {
    const key = this.#keys.get(topic);
    if (key === everyKey) return null;
    if (key === undefined) throw new Error(`group ${this.#processor.wiring.group} has no state key for ${topic}`);
    return this.#place(record.key, key(value));
  }

  /**
   * Both keys as one. The same string each time: made anew for each event, it would be hashed anew for each look into
   * a cache.
   */
  #place(key: string, stateKey: string): string {
    const known = this.#places.get(key)?.get(stateKey);
    if (known !== undefined) return known;
    if (++this.#placed > most_places) {
      this.#places.clear();
      this.#placed = 1;
    }
    const place = key + separator + stateKey;
    const places = this.#places.get(key) ?? new Map<string, string>();
    this.#places.set(key, places.set(stateKey, place));
    return place;
  }

  /**
   * Decides one event for one key: state and parts change in the caches, effects are added under names from
   * `ordinal` on. Returns the ordinals used. Throws what the handler throws, with nothing added to the effects.
   */
  async decide(
    item: BatchItem,
    key: string,
    cache: DeciderState,
    policy: Versioned,
    effects: Effects | null,
    ordinal: number,
  ): Promise<number> {
    const prepared = this.prepare(item, key, cache);
    if (prepared !== undefined) await prepared;
    return this.apply(item, key, cache, policy, effects, ordinal);
  }

  /** Loads the state and parts of an event; a promise only where the ledger is not in process. */
  prepare(item: BatchItem, key: string, cache: DeciderState): void | Promise<void> {
    if (this.stateless) return undefined;
    const loading = cache.states.has(key) ? undefined : cache.states.load([key]);
    if (this.#partKeys.size === 0) return loading;
    if (loading !== undefined) return loading.then(() => this.#loadParts(item, key, cache));
    return this.#loadParts(item, key, cache);
  }

  /** Sub-records the event names; reads the state, which must be loaded. */
  #loadParts({ topic, value }: BatchItem, key: string, cache: DeciderState): void | Promise<void> {
    this.#parts_named = this.#partKeys.get(topic)?.(value, cache.states.get(key) ?? this.#initial(key)) ?? no_names;
    if (this.#parts_named.length === 0) this.#named = no_names;
    else {
      this.#named = this.#parts_named.map((part) => key + separator + part);
      return cache.parts.find(this.#named, this.#found);
    }
  }

  /** The part of `decide` that needs no waiting; `prepare` must have been done. */
  apply(
    item: BatchItem,
    key: string,
    cache: DeciderState,
    policy: Versioned,
    effects: Effects | null,
    ordinal: number,
  ): number {
    if (this.#processor.call !== undefined) return this.#answered(item, effects, ordinal);
    const handler = this.#handlers.get(item.topic);
    if (handler === undefined)
      throw new Error(`group ${this.#processor.wiring.group} has no handler for ${item.topic}`);
    const entry = this.stateless ? undefined : cache.states.entry(key);
    const state = this.stateless ? null : (entry?.value ?? this.#initial(key));
    const decision = handler(state, item.value, this.#context(item, key, policy));
    const used = effects === null ? 0 : effects.add(decision, item.record, ordinal);
    if (!this.stateless) this.#store(key, entry, state, decision, cache);
    return used;
  }

  #answered({ record }: BatchItem, effects: Effects | null, ordinal: number): number {
    const answer = this.answers?.get(record);
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new Error('the outside was not asked: its answer is in the log');
    return effects === null ? 0 : effects.add({ state: null, ...answer }, record, ordinal);
  }

  #initial(key: string): unknown {
    return this.#processor.wiring.state.initial(key.slice(key.indexOf(separator) + 1));
  }

  #store(key: string, entry: Entry | undefined, before: unknown, decision: ErasedDecision, cache: DeciderState): void {
    if (decision.state === null) cache.states.set(key, undefined);
    else if (entry === undefined) cache.states.set(key, decision.state);
    else if (decision.state !== before || entry.value === undefined) cache.states.change(key, entry, decision.state);
    if (this.#ticks) cache.active.set(key, decision.state !== null && decision.dormant !== true);
    if (decision.parts === undefined) return;
    for (const [part, value] of decision.parts) this.#storePart(key, part, value === null ? undefined : value, cache);
  }

  #storePart(key: string, part: string, value: unknown, { parts }: DeciderState): void {
    const at = this.#parts_named.indexOf(part);
    const named = this.#named[at];
    const entry = this.#found[at];
    if (named === undefined || entry === undefined) parts.set(key + separator + part, value);
    else parts.change(named, entry, value);
  }

  #context(item: BatchItem, key: string, policy: Versioned): Context<unknown, unknown> {
    return new DecideContext(this, item.record, key, this.#policyFor(key, policy), this.#parts());
  }

  /** The record key is cut out of the place only where it makes a difference. */
  #policyFor(place: string, policy: Versioned): Versioned {
    if (policy.overrides === undefined) return policy;
    return policyFor(policy, this.#processor.wiring.partitionBy, place.slice(0, place.indexOf(separator)));
  }

  #parts(): ReadonlyMap<string, unknown> {
    const named = this.#parts_named;
    if (named.length === 0) return no_parts;
    const parts = new Map<string, unknown>();
    for (let i = 0; i < named.length; i++) {
      const name = named[i];
      const value = this.#found[i]?.value;
      if (name !== undefined && value !== undefined) parts.set(name, value);
    }
    return parts;
  }

  /** Seed of the draws for one event and key. */
  seed(record: LogRecord, key: string): number {
    const place = `${this.#processor.wiring.group}|${record.topic}|${record.partition}`;
    let base = this.#seeds.get(place);
    if (base === undefined) {
      base = hash32(place);
      this.#seeds.set(place, base);
    }
    const withOffset = Math.imul(base ^ record.offset, 0x9e3779b1) >>> 0;
    return this.#ticks && record.key === '' ? hash32(key, withOffset) : withOffset;
  }
}

/** A class, so that keys, seed and generator are made only for the handlers that ask. */
class DecideContext implements Context<unknown, unknown> {
  readonly at_ms: number;
  readonly policy: unknown;
  readonly parts: ReadonlyMap<string, unknown>;
  readonly #record: LogRecord;
  readonly #place: string;
  readonly #decider: Decider;
  #random: (() => number) | undefined;

  constructor(
    decider: Decider,
    record: LogRecord,
    place: string,
    policy: unknown,
    parts: ReadonlyMap<string, unknown>,
  ) {
    this.at_ms = record.appended_ms;
    this.policy = policy;
    this.parts = parts;
    this.#record = record;
    this.#place = place;
    this.#decider = decider;
  }

  get key(): string {
    return this.#place.slice(0, this.#place.indexOf(separator));
  }

  get stateKey(): string {
    return this.#place.slice(this.#place.indexOf(separator) + 1);
  }

  get seed(): number {
    return this.#decider.seed(this.#record, this.#place);
  }

  get random(): () => number {
    this.#random ??= generator(this.seed);
    return this.#random;
  }
}
