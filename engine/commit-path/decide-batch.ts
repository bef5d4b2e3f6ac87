/** Step 5 of the commit path: runs the handlers over a batch, in order, and settles what becomes of failures. */
import type { OnError } from '../../topology/processor.ts';
import type { Books } from './books.ts';
import type { BatchItem, Decider, DeciderState } from './decider.ts';
import { messageOf } from './decode-batch.ts';
import type { Effects } from './effects.ts';
import { EngineError } from '../errors.ts';
import type { Refusal, Versioned } from '../options.ts';
import type { FailureWindow } from './refusals.ts';
import { separator } from '../ledger.ts';
import { isDiscarded, redrivenKey } from '../dead-letters/sent-back.ts';

export interface DecideContext {
  readonly decider: Decider;
  readonly cache: DeciderState;
  readonly books: Books;
  readonly effects: Effects;
  readonly failures: FailureWindow;
  readonly onError: OnError;
  readonly policyTopic: string;
  readonly parsePolicy: (value: object) => Versioned;
  readonly tick_keys: number;
  readonly refuse: (refusal: Omit<Refusal, 'group' | 'at_ms'>, ordinal: number) => void;
  /** The `everyKey` visit of the record taken last is not finished: it is taken again in the next batch. */
  readonly untake: (topic: string) => void;
}

/** Stands for a state key where a policy was refused; no key begins so. */
const policy_key = '\u0000policy';

export class BatchDecider {
  readonly #context: DecideContext;
  #policy: Versioned;
  #policyBefore: Versioned;
  #items: readonly BatchItem[] = [];
  /** Keys that each `everyKey` event of the batch visited, by its index. */
  readonly #visited = new Map<number, readonly string[]>();
  /** `index|key` of what left no trace in the state: it failed, or waits behind one that did. */
  readonly #untaken = new Set<string>();

  constructor(context: DecideContext, policy: Versioned) {
    this.#context = context;
    this.#policy = policy;
    this.#policyBefore = policy;
  }

  /** The policy in force after what was decided so far. */
  get policy(): Versioned {
    return this.#policy;
  }

  /** Synchronous as long as all state is in memory or the ledger is in process. */
  decide(items: readonly BatchItem[], from: number, to: number): void | Promise<void> {
    if (from === 0) {
      this.#items = items;
      this.#policyBefore = this.#policy;
      this.#visited.clear();
      this.#untaken.clear();
    }
    for (let i = from; i < to; i++) {
      const item = items[i];
      if (item === undefined) continue;
      const waiting = this.#one(item, i);
      if (waiting !== undefined) return waiting.then(() => this.decide(items, i + 1, to));
    }
  }

  #one(item: BatchItem, index: number): void | Promise<void> {
    const { books, policyTopic, parsePolicy, decider } = this.#context;
    if (isDiscarded(item.record)) return this.#discarded(item, index);
    if (item.topic === policyTopic) {
      try {
        this.#policy = parsePolicy(item.value);
        books.policy = item.value;
      } catch (error) {
        return this.#badPolicy(item, index, messageOf(error));
      }
      if (!decider.handles(item.topic)) return undefined;
    }
    if (item.key === null) return this.#everyKey(item, index);
    // What could not be decoded had no key to wait for: sent back, it is an event like any other.
    const redriven = redrivenKey(item.record) !== undefined;
    if (!redriven && books.parked.size > 0 && books.parked.has(item.key)) return this.#parkedToo(item, item.key, index);
    return this.#forKey(item, item.key, index, 0, redriven);
  }

  /** A dead letter that is given up: its key waits for one less. */
  #discarded({ key }: BatchItem, index: number): void {
    if (key === null) return;
    this.#untaken.add(`${index}|${key}`);
    this.#context.books.unpark(key);
  }

  /** A policy that cannot be one is a dead letter, and the one before stays in force. */
  #badPolicy({ record }: BatchItem, index: number, message: string): void {
    this.#untaken.add(`${index}|${policy_key}`);
    this.#context.refuse({ record, stage: 'decide', code: 'decide.threw', message, field: null, state_key: null }, 0);
  }

  #parkedToo(item: BatchItem, key: string, index: number, ordinal = 0): void {
    this.#untaken.add(`${index}|${key}`);
    const first = 'an earlier event of this key failed; redrive the dead letters of the key in order';
    this.#context.books.park(key);
    this.#context.refuse(
      { record: item.record, stage: 'parked', code: 'decide.parked', message: first, field: null, state_key: key },
      ordinal,
    );
  }

  /** Decides one event for one key; a failure is settled here. */
  #forKey(item: BatchItem, key: string, index: number, ordinal: number, redriven: boolean): void | Promise<void> {
    const { decider, cache } = this.#context;
    try {
      const loading = decider.prepare(item, key, cache);
      if (loading === undefined) return this.#apply(item, key, index, ordinal, redriven);
      return loading.then(() => this.#apply(item, key, index, ordinal, redriven));
    } catch (error) {
      return this.#failed(item, key, index, ordinal, redriven, error);
    }
  }

  #apply(item: BatchItem, key: string, index: number, ordinal: number, redriven: boolean): void | Promise<void> {
    const { decider, cache, books, effects } = this.#context;
    try {
      this.used = decider.apply(item, key, cache, this.#policy, effects, ordinal);
    } catch (error) {
      return this.#failed(item, key, index, ordinal, redriven, error);
    }
    if (redriven) books.unpark(key);
    return undefined;
  }

  /** Ordinals that the event decided last has used. */
  used = 0;

  async #failed(
    item: BatchItem,
    key: string,
    index: number,
    ordinal: number,
    redriven: boolean,
    error: unknown,
  ): Promise<void> {
    const { books, onError, failures, refuse } = this.#context;
    const message = messageOf(error);
    // The engine's own errors (state that cannot be read) are no fault of the event.
    if (onError === 'stop' || error instanceof EngineError) throw error;
    failures.failed(message);
    refuse(
      { record: item.record, stage: 'decide', code: 'decide.threw', message, field: null, state_key: key },
      ordinal,
    );
    this.used = 1;
    this.#untaken.add(`${index}|${key}`);
    if (onError === 'park' && !redriven) books.park(key);
    await this.#restore(key, index);
  }

  /** Puts a key's state back to what it was before the event at `index`: stored state plus the batch's earlier events. */
  async #restore(key: string, index: number): Promise<void> {
    const { cache, decider } = this.#context;
    cache.states.drop(key);
    for (const part of [...cache.parts.changedWith(key + separator), ...decider.named]) cache.parts.drop(part);
    let policy = this.#policyBefore;
    for (const [i, item] of this.#items.slice(0, index).entries()) {
      if (item.topic === this.#context.policyTopic && !this.#untaken.has(`${i}|${policy_key}`))
        policy = this.#context.parsePolicy(item.value);
      const concerned = item.key === null ? this.#visited.get(i)?.includes(key) === true : item.key === key;
      if (concerned && !this.#untaken.has(`${i}|${key}`)) await decider.decide(item, key, cache, policy, null, 0);
    }
  }

  /** Visits the active keys in byte order, at most `tick_keys` a commit. */
  async #everyKey(item: BatchItem, index: number): Promise<void> {
    const { books, cache, tick_keys, untake, failures } = this.#context;
    const target = redrivenKey(item.record);
    if (target !== undefined) {
      this.#visited.set(index, [target]);
      await this.#forKey(item, target, index, 0, true);
      return;
    }
    const resumed =
      books.tick !== null && books.tick.topic === item.record.topic && books.tick.offset === item.record.offset
        ? books.tick
        : undefined;
    let ordinal = resumed?.ordinal ?? 0;
    const keys = cache.active.after(resumed?.after_key ?? '', tick_keys + 1);
    const unfinished = keys.length > tick_keys;
    const visited = unfinished ? keys.slice(0, -1) : keys;
    this.#visited.set(index, visited);
    failures.handled(visited.length);
    for (const key of visited) {
      if (books.parked.has(key)) {
        this.#parkedToo(item, key, index, ordinal++);
        continue;
      }
      this.used = 0;
      const waiting = this.#forKey(item, key, index, ordinal, false);
      if (waiting !== undefined) await waiting;
      ordinal += this.used;
    }
    books.tick = unfinished
      ? { topic: item.record.topic, offset: item.record.offset, after_key: keys[tick_keys - 1] ?? '', ordinal }
      : null;
    if (unfinished) untake(item.record.topic);
  }
}
