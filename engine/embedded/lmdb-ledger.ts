/** The ledger in LMDB: a commit and the journal line of its batch are one transaction. */
import {
  emptyHead,
  movedOn,
  state_kinds,
  type Commit,
  type CommitResult,
  type Ledger,
  type OutboxEntry,
  type Replaced,
  type StateKind,
  type StoredEntry,
  type TaskHead,
  type TaskLedger,
} from '../ledger.ts';
import type { LogRecord } from '../ports.ts';
import { pack, unpack } from '../state/codec.ts';
import { headShape, outboxShape } from '../state/stored-shapes.ts';
import { keyText, kinds, ledgerKey, outboxKey } from './keys.ts';
import type { LmdbLog } from './lmdb-log.ts';
import type { Store } from './store.ts';

export class LmdbTaskLedger implements TaskLedger {
  readonly #store: Store;
  readonly #log: LmdbLog;
  readonly #group: number;
  readonly #partition: number;
  #head: TaskHead | undefined;

  constructor(store: Store, log: LmdbLog, group: number, partition: number) {
    this.#store = store;
    this.#log = log;
    this.#group = group;
    this.#partition = partition;
    store.onAbort(() => (this.#head = undefined));
  }

  #now(): TaskHead {
    if (this.#head === undefined) {
      const stored = this.#store.ledger.getBinary(ledgerKey(this.#group, this.#partition, 'head', ''));
      this.#head = stored === undefined ? emptyHead : headShape.parse(unpack(stored));
    }
    return this.#head;
  }

  head(): Promise<TaskHead> {
    return Promise.resolve(this.#now());
  }

  getMany(kind: StateKind, keys: readonly string[]): readonly (Uint8Array | undefined)[] {
    return keys.map((key) => this.#store.ledger.getBinary(ledgerKey(this.#group, this.#partition, kind, key)));
  }

  async commit(commit: Commit): Promise<CommitResult> {
    let result: CommitResult = 'fenced';
    let appended: readonly LogRecord[] = [];
    await this.#store.write(() => {
      const before = this.#now();
      if (commit.seq !== before.seq + 1) return;
      if (commit.journal !== undefined) appended = this.#log.appendNow([commit.journal]);
      this.#put(commit, before);
      this.#head = commit.head;
      result = 'applied';
    });
    this.#log.announce(appended);
    return result;
  }

  #put(commit: Commit, before: TaskHead): void {
    const { ledger } = this.#store;
    for (const { kind, key, value } of commit.state) {
      const place = ledgerKey(this.#group, this.#partition, kind, key);
      if (value === null) ledger.removeSync(place);
      else ledger.putSync(place, value);
    }
    if (commit.outbox !== undefined)
      ledger.putSync(outboxKey(this.#group, this.#partition, commit.seq), asBuffer(pack(commit.outbox)));
    this.#forget(before.delivered_seq, commit.head.delivered_seq);
    this.#putHead(commit.head);
  }

  #putHead(head: TaskHead): void {
    this.#store.ledger.putSync(ledgerKey(this.#group, this.#partition, 'head', ''), asBuffer(pack(head)));
  }

  /** Removes the outbox entries after `from` up to `to`. */
  #forget(from: number, to: number): void {
    for (let seq = from + 1; seq <= to; seq++)
      this.#store.ledger.removeSync(outboxKey(this.#group, this.#partition, seq));
  }

  outbox(): Promise<readonly OutboxEntry[]> {
    const { delivered_seq } = this.#now();
    const entries: OutboxEntry[] = [];
    const start = outboxKey(this.#group, this.#partition, delivered_seq + 1);
    const end = outboxKey(this.#group, this.#partition, 0xffffffffffff);
    for (const [, value] of this.#store.ledgerEntries({ start, end })) entries.push(outboxShape.parse(unpack(value)));
    return Promise.resolve(entries);
  }

  async markDelivered(seq: number): Promise<void> {
    await this.#store.write(() => {
      const before = this.#now();
      if (seq <= before.delivered_seq) return;
      this.#forget(before.delivered_seq, seq);
      this.#head = { ...before, delivered_seq: seq };
      this.#putHead(this.#head);
    });
  }

  async reset(): Promise<void> {
    await this.#store.write(() => {
      const head = { ...emptyHead, run: this.#now().run + 1 };
      const start = ledgerKey(this.#group, this.#partition, 'head', '').subarray(0, 4);
      const end = Buffer.concat([start, Buffer.from([0xff])]);
      for (const key of [...this.#store.ledger.getKeys({ start, end })]) this.#store.ledger.removeSync(key);
      this.#head = head;
      this.#putHead(head);
    });
  }

  async replace(seq: number, state: Iterable<StoredEntry>): Promise<Replaced> {
    const before = { state: 0, part: 0, active: 0 };
    const after = { state: 0, part: 0, active: 0 };
    let replaced = false;
    await this.#store.write(() => {
      if (this.#now().seq !== seq) return;
      for (const kind of state_kinds)
        for (const key of [...this.#keysOf(kind)]) {
          before[kind]++;
          this.#store.ledger.removeSync(key);
        }
      for (const [kind, key, value] of state) {
        after[kind]++;
        this.#store.ledger.putSync(ledgerKey(this.#group, this.#partition, kind, key), asBuffer(value));
      }
      replaced = true;
    });
    if (!replaced) throw movedOn(`partition ${this.#partition}`, seq);
    return { before, after };
  }

  *#keysOf(kind: StateKind): Generator<Buffer> {
    const start = ledgerKey(this.#group, this.#partition, kind, '');
    const end = Buffer.concat([start, Buffer.from([0xff])]);
    for (const key of this.#store.ledger.getKeys({ start, end })) {
      if (key[4] !== kinds[kind]) return;
      yield key;
    }
  }

  async *scan(kind: StateKind, prefix: string): AsyncGenerator<readonly [string, Uint8Array]> {
    const start = ledgerKey(this.#group, this.#partition, kind, prefix);
    const end = Buffer.concat([start, Buffer.from([0xff])]);
    for (const [key, value] of this.#store.ledgerEntries({ start, end })) {
      if (key[4] !== kinds[kind]) return;
      yield [keyText(key), Uint8Array.from(value)];
    }
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

export class LmdbLedger implements Ledger {
  readonly #store: Store;
  readonly #log: LmdbLog;
  readonly #tasks = new Map<string, LmdbTaskLedger>();
  readonly #groups = new Map<string, number>();

  constructor(store: Store, log: LmdbLog) {
    this.#store = store;
    this.#log = log;
    for (const { key, value } of store.meta.getRange({ start: 'group:', end: 'group;' }))
      this.#groups.set(key.slice('group:'.length), Number(value));
  }

  task(group: string, partition: number): LmdbTaskLedger {
    const place = `${group}|${partition}`;
    let task = this.#tasks.get(place);
    if (task === undefined) {
      task = new LmdbTaskLedger(this.#store, this.#log, this.idOf(group), partition);
      this.#tasks.set(place, task);
    }
    return task;
  }

  /** The group as a number, given when first asked. */
  idOf(group: string): number {
    let id = this.#groups.get(group);
    if (id === undefined) {
      id = Math.max(0, ...this.#groups.values()) + 1;
      this.#groups.set(group, id);
      this.#store.meta.putSync(`group:${group}`, String(id));
    }
    return id;
  }
}
