/** A ledger in memory. It can lose its last commits, as a store does that acknowledges before it is on disk. */
import {
  emptyHead,
  movedOn,
  state_kinds,
  type Commit,
  type CommitResult,
  type Ledger,
  type OutboxEntry,
  type Replaced,
  type StateCounts,
  type StateKind,
  type StoredEntry,
  type TaskHead,
  type TaskLedger,
} from '../ledger.ts';
import { byBytes } from '../state/cache.ts';
import { pack } from '../state/codec.ts';
import type { MemoryLog } from './memory-log.ts';

interface Undo {
  readonly head: TaskHead;
  readonly outbox: readonly OutboxEntry[];
  readonly state: readonly { readonly place: string; readonly value: Uint8Array | undefined }[];
}

/** Commits that can be lost again. */
const undo_depth = 64;

export class MemoryTaskLedger implements TaskLedger {
  #head: TaskHead;
  #outbox: readonly OutboxEntry[] = [];
  readonly #state = new Map<string, Uint8Array>();
  readonly #undo: Undo[] = [];
  readonly #log: Pick<MemoryLog, 'appendNow'> | undefined;

  /** `log` takes the journal lines; without it they go nowhere, as in a rebuild. */
  constructor(log?: Pick<MemoryLog, 'appendNow'>, head: TaskHead = emptyHead) {
    this.#log = log;
    this.#head = head;
  }

  head(): Promise<TaskHead> {
    return Promise.resolve(this.#head);
  }

  getMany(kind: StateKind, keys: readonly string[]): readonly (Uint8Array | undefined)[] {
    return keys.map((key) => this.#state.get(`${kind}|${key}`));
  }

  commit(commit: Commit): Promise<CommitResult> {
    if (commit.seq !== this.#head.seq + 1) return Promise.resolve('fenced');
    if (commit.journal !== undefined) this.#log?.appendNow([commit.journal]);
    const state = commit.state.map(({ kind, key }) => ({
      place: `${kind}|${key}`,
      value: this.#state.get(`${kind}|${key}`),
    }));
    this.#undo.push({ head: this.#head, outbox: this.#outbox, state });
    if (this.#undo.length > undo_depth) this.#undo.shift();
    for (const { kind, key, value } of commit.state)
      if (value === null) this.#state.delete(`${kind}|${key}`);
      else this.#state.set(`${kind}|${key}`, pack(value));
    this.#head = commit.head;
    this.#outbox = this.#outbox.filter((entry) => entry.seq > commit.head.delivered_seq);
    if (commit.outbox !== undefined) this.#outbox = [...this.#outbox, commit.outbox];
    return Promise.resolve('applied');
  }

  outbox(): Promise<readonly OutboxEntry[]> {
    return Promise.resolve(this.#outbox.filter((entry) => entry.seq > this.#head.delivered_seq));
  }

  markDelivered(seq: number): Promise<void> {
    this.#head = { ...this.#head, delivered_seq: seq };
    this.#outbox = this.#outbox.filter((entry) => entry.seq > seq);
    return Promise.resolve();
  }

  async *scan(kind: StateKind, prefix: string): AsyncGenerator<readonly [string, Uint8Array]> {
    const start = `${kind}|${prefix}`;
    const found = [...this.#state].filter(([place]) => place.startsWith(start));
    found.sort(([a], [b]) => byBytes(a, b));
    for (const [place, value] of found) yield [place.slice(kind.length + 1), value];
  }

  reset(): Promise<void> {
    this.#head = { ...emptyHead, run: this.#head.run + 1 };
    this.#outbox = [];
    this.#state.clear();
    this.#undo.length = 0;
    return Promise.resolve();
  }

  replace(seq: number, state: Iterable<StoredEntry>): Promise<Replaced> {
    if (seq !== this.#head.seq) return Promise.reject(movedOn('the partition', seq));
    const before = this.#counts();
    this.#state.clear();
    this.#undo.length = 0;
    for (const [kind, key, value] of state) this.#state.set(`${kind}|${key}`, value);
    return Promise.resolve({ before, after: this.#counts() });
  }

  #counts(): StateCounts {
    const counts = { state: 0, part: 0, active: 0 };
    for (const place of this.#state.keys()) {
      const kind = state_kinds.find((one) => place.startsWith(`${one}|`));
      if (kind !== undefined) counts[kind]++;
    }
    return counts;
  }

  /** All that is stored, as `replace` takes it. */
  *entries(): Generator<StoredEntry> {
    for (const [place, value] of this.#state) {
      const kind = state_kinds.find((one) => place.startsWith(`${one}|`));
      if (kind !== undefined) yield [kind, place.slice(kind.length + 1), value];
    }
  }

  /** Puts a value in place before the ledger is used, as when it begins at a snapshot. */
  restore(kind: StateKind, key: string, value: Uint8Array): void {
    this.#state.set(`${kind}|${key}`, value);
  }

  /** Forgets the last commits, at most as many as are remembered. */
  lose(commits: number): void {
    for (let i = 0; i < commits; i++) {
      const undo = this.#undo.pop();
      if (undo === undefined) return;
      this.#head = undo.head;
      this.#outbox = undo.outbox;
      for (const { place, value } of undo.state)
        if (value === undefined) this.#state.delete(place);
        else this.#state.set(place, value);
    }
  }
}

export class MemoryLedger implements Ledger {
  readonly #tasks = new Map<string, MemoryTaskLedger>();
  readonly #log: MemoryLog;

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  task(group: string, partition: number): MemoryTaskLedger {
    const place = `${group}|${partition}`;
    let task = this.#tasks.get(place);
    if (task === undefined) {
      task = new MemoryTaskLedger(this.#log);
      this.#tasks.set(place, task);
    }
    return task;
  }

  /** Every task loses its last commits, as when a store restarts without its last second. */
  lose(commits: number): void {
    for (const task of this.#tasks.values()) task.lose(commits);
  }
}
