/**
 * State of one task in memory while the partition is owned: decoded values, which of them a batch changed, and the
 * keys that `everyKey` visits. What is not used any more is dropped, and read again when needed: memory holds what the
 * task works on, not all that it ever touched. Beyond the bound what was read longest ago goes too.
 */
import type { StateKind, StateWrite, TaskLedger } from '../ledger.ts';
import type { StateCodec } from './codec.ts';

/** A cached value. */
export interface Entry {
  /** Undefined: nothing is stored under the key. */
  value: unknown;
  dirty: boolean;
  /** The cache's round in which it was asked for last. */
  used: number;
}

/**
 * A round is over when so many values were asked for as there are, times this. What was not asked for in a whole round
 * is not worked on: were all asked for alike, one in e^8 = 2,981 would be dropped for nothing.
 */
const asked_per_entry = 8;
/** Values below which nothing is dropped: a look at them all would cost more than they hold. */
const few_entries = 256;

/** How a cache was used since the partition was taken. */
export interface CacheUse {
  /** Times that a value was asked for and was in memory, and values that were read from the ledger. */
  readonly hits: number;
  readonly misses: number;
  /** Values in memory now. */
  readonly entries: number;
}

export const bothUses = (a: CacheUse, b: CacheUse): CacheUse => ({
  hits: a.hits + b.hits,
  misses: a.misses + b.misses,
  entries: a.entries + b.entries,
});

/** Cached values of one kind (states or parts). */
export class StateCache {
  readonly #entries = new Map<string, Entry>();
  readonly #dirty = new Map<string, Entry>();
  readonly #kind: StateKind;
  readonly #ledger: TaskLedger;
  readonly #codec: StateCodec;
  readonly #max_entries: number;
  #hits = 0;
  #misses = 0;
  #round = 0;
  #asked = 0;

  constructor(kind: StateKind, ledger: TaskLedger, codec: StateCodec, max_entries: number) {
    this.#kind = kind;
    this.#ledger = ledger;
    this.#codec = codec;
    this.#max_entries = max_entries;
  }

  get use(): CacheUse {
    return { hits: this.#hits, misses: this.#misses, entries: this.#entries.size };
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): unknown {
    return this.entry(key)?.value;
  }

  /** The cached value itself, so that a hot path looks its key up once. */
  entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.used = this.#round;
    this.#asked++;
    return entry;
  }

  /** Reads what is missing among `keys`; synchronous where the ledger is. */
  load(keys: Iterable<string>): void | Promise<void> {
    // Mostly all is in memory: nothing is allocated then.
    let missing: Set<string> | undefined;
    let asked = 0;
    for (const key of keys) {
      asked++;
      if (this.entry(key) === undefined) (missing ??= new Set()).add(key);
    }
    this.#hits += asked - (missing?.size ?? 0);
    if (missing === undefined) return;
    this.#misses += missing.size;
    const wanted = [...missing];
    const found = this.#ledger.getMany(this.#kind, wanted);
    return found instanceof Promise
      ? found.then((values) => this.#accept(wanted, values))
      : this.#accept(wanted, found);
  }

  /** `load`, and then what is there, in the order of the keys: each is looked up once where all was in memory. */
  find(keys: readonly string[], into: Entry[]): void | Promise<void> {
    if (this.#has(keys, into)) {
      this.#hits += keys.length;
      return;
    }
    const loading = this.load(keys);
    if (loading !== undefined) return loading.then(() => void this.#has(keys, into));
    this.#has(keys, into);
  }

  /** Whether all keys are in memory; what is goes `into`. */
  #has(keys: readonly string[], into: Entry[]): boolean {
    into.length = 0;
    for (const key of keys) {
      const entry = this.entry(key);
      if (entry === undefined) return false;
      into.push(entry);
    }
    return true;
  }

  #accept(keys: readonly string[], values: readonly (Uint8Array | undefined)[]): void {
    keys.forEach((key, i) => {
      const bytes = values[i];
      const value = bytes === undefined ? undefined : this.#codec.decode(bytes);
      this.#entries.set(key, { value, dirty: false, used: this.#round });
    });
  }

  /** Undefined deletes. */
  set(key: string, value: unknown): void {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { value, dirty: false, used: this.#round };
      this.#entries.set(key, entry);
    }
    this.change(key, entry, value);
  }

  /** `set` for an entry at hand. */
  change(key: string, entry: Entry, value: unknown): void {
    entry.value = value;
    if (entry.dirty) return;
    entry.dirty = true;
    this.#dirty.set(key, entry);
  }

  /** Drops one key, changes of this batch included; it is read again when needed. */
  drop(key: string): void {
    this.#entries.delete(key);
    this.#dirty.delete(key);
  }

  /** Keys of this batch's changes that start with `prefix`. */
  changedWith(prefix: string): readonly string[] {
    return [...this.#dirty.keys()].filter((key) => key.startsWith(prefix));
  }

  /** The batch's changes as writes for the commit. */
  writes(into: StateWrite[]): void {
    for (const [key, { value }] of this.#dirty)
      into.push({ kind: this.#kind, key, value: value === undefined ? null : this.#codec.stored(value) });
  }

  /** The changes are stored: all is clean now; what is not used any more is dropped, and the oldest beyond the bound. */
  committed(): void {
    for (const entry of this.#dirty.values()) entry.dirty = false;
    this.#dirty.clear();
    if (this.#asked > asked_per_entry * this.#entries.size) this.#nextRound();
    if (this.#entries.size <= this.#max_entries) return;
    let surplus = this.#entries.size - Math.floor(this.#max_entries * 0.9);
    for (const key of this.#entries.keys()) {
      if (surplus-- <= 0) break;
      this.#entries.delete(key);
    }
  }

  #nextRound(): void {
    if (this.#entries.size > few_entries && this.#max_entries < Infinity)
      for (const [key, { used }] of this.#entries) if (used < this.#round) this.#entries.delete(key);
    this.#round++;
    this.#asked = 0;
  }

  clear(): void {
    this.#hits = 0;
    this.#misses = 0;
    this.#entries.clear();
    this.#dirty.clear();
  }
}

/** The state keys that `everyKey` visits, in byte order, with the changes of the batch under way. */
export class ActiveKeys {
  #sorted: string[] = [];
  readonly #known = new Set<string>();
  readonly #changed = new Map<string, boolean>();
  #stale = false;

  async load(ledger: TaskLedger): Promise<void> {
    this.#known.clear();
    this.#changed.clear();
    for await (const [key] of ledger.scan('active', '')) this.#known.add(key);
    this.#stale = true;
  }

  get size(): number {
    return this.#known.size;
  }

  has(key: string): boolean {
    return this.#known.has(key);
  }

  set(key: string, active: boolean): void {
    if (this.#known.has(key) === active) return;
    if (active) this.#known.add(key);
    else this.#known.delete(key);
    this.#changed.set(key, active);
    this.#stale = true;
  }

  /** Up to `limit` keys after `after`, in byte order; a copy, as handlers may change the set. */
  after(after: string, limit: number): readonly string[] {
    if (this.#stale) {
      this.#sorted = [...this.#known].sort(byBytes);
      this.#stale = false;
    }
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (byBytes(this.#sorted[middle] ?? '', after) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.#sorted.slice(low, low + limit);
  }

  writes(into: StateWrite[]): void {
    for (const [key, active] of this.#changed) into.push({ kind: 'active', key, value: active ? present : null });
  }

  committed(): void {
    this.#changed.clear();
  }
}

const present = [1, true] as const;

/**
 * Byte order of two keys in UTF-8. UTF-16 order differs from it only where surrogates meet characters above U+E000,
 * so the fast comparison is right unless a surrogate is in play.
 */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return (x >= 0xd800 && x < 0xe000 ? x + 0x2000 : x) - (y >= 0xd800 && y < 0xe000 ? y + 0x2000 : y);
  }
  return a.length - b.length;
}
