/**
 * The ledger in Redis: state, cursor, watermarks and outbox of a partition are hashes of one slot, and a commit is one
 * script that refuses whoever no longer owns it.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { EngineError } from '../../errors.ts';
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
  type StateWrite,
  type StoredEntry,
  type TaskHead,
  type TaskLedger,
} from '../../ledger.ts';
import type { NewRecord } from '../../ports.ts';
import { byBytes } from '../../state/cache.ts';
import { stateBytes } from '../../state/bytes.ts';
import { pack, unpack } from '../../state/codec.ts';
import { headShape } from '../../state/stored-shapes.ts';
import { ByteWriter, most_bytes_a_unit, numbers_bytes, utf8Bytes } from '../wire/byte-writer.ts';
import { outboxBytes, outboxFrom } from './outbox-bytes.ts';
import { isPassing } from '../client/passing.ts';
import { allFields, closesOf, fields, runScript, scriptOf } from './redis.ts';
import { beganRecord, claimRecord, ofEpoch } from '../../commit-path/journal.ts';
import {
  bar_script,
  claim_script,
  commit_script,
  mark_script,
  release_script,
  reset_script,
  switch_script,
  unfenced_commit_script,
} from './scripts.ts';

const commit = scriptOf(commit_script);
const unfencedCommit = scriptOf(unfenced_commit_script);
const bar = scriptOf(bar_script);
const claim = scriptOf(claim_script);
const mark = scriptOf(mark_script);
const letGo = scriptOf(release_script);
const reset = scriptOf(reset_script);
const switchOver = scriptOf(switch_script);

/** Places of the kinds in a script's keys after the head. */
const kinds = { state: 1, part: 2, active: 3 } as const;

export interface RedisLedgerOptions {
  readonly redis: Redis;
  /** Sets several Flywheels apart that share a Redis. */
  readonly namespace: string;
  /** Appends a journal line or a claim; resolves with its offset once the log has it. */
  readonly journal: (record: NewRecord) => Promise<number>;
  /** Names this owner in its claims. */
  readonly owner: string;
  /** How long an answer is asked for again, milliseconds. */
  readonly answer_within_ms: number;
  /** Whether commits look at who has the partition; false only where a test shows what happens without. */
  readonly fenced?: boolean;
}

const pause_ms = 50;
/**
 * How long a new owner waits for the one before to finish what is under way. A batch that is cut off is to be done again
 * by the same code, which in an upgrade is what the new owner is not.
 */
const handover_ms = 3_000;
const handover_poll_ms = 20;

export class RedisTaskLedger implements TaskLedger {
  readonly #options: RedisLedgerOptions;
  /** Of one slot, by the braces: a script may touch them together in a cluster too. */
  readonly #tag: string;
  readonly #group: string;
  readonly #partition: number;
  /** Below every offset where nothing was claimed: the first claim in a journal has offset 0. */
  #epoch = -1;
  /** The connection on which the partition was claimed; undefined where it is not this owner's. */
  #connection: number | undefined;
  /** What is stored, as far as only this owner can change it. */
  #head: TaskHead | undefined;

  constructor(options: RedisLedgerOptions, group: string, partition: number) {
    this.#options = options;
    this.#group = group;
    this.#partition = partition;
    this.#tag = `{${options.namespace}:${group}:${partition}}`;
  }

  #key(name: StateKind | 'head' | 'outbox'): string {
    return `${this.#tag}:${name}`;
  }

  get #keys(): readonly string[] {
    return (['head', 'state', 'part', 'active', 'outbox'] as const).map((name) => this.#key(name));
  }

  /** Becomes the owner: says so in the journal, whose offset is the epoch. */
  async take(): Promise<void> {
    const { journal, owner } = this.#options;
    await this.#handedOver();
    await this.#claim((token) => journal(claimRecord(this.#group, this.#partition, `${owner}/${token}`)));
    // Of two that ask at once one is refused, whose claim in the journal must not make void what the other writes.
    await journal(beganRecord(this.#group, this.#partition, this.#epoch));
  }

  /** Takes the partition: commits of older epochs are refused from now on. Throws where a newer owner has it. */
  claim(epoch: number): Promise<void> {
    return this.#claim(() => Promise.resolve(epoch));
  }

  /**
   * First nobody commits any more, then the epoch is found, then it is put in force. An old owner cannot commit behind
   * the claim in the journal, where its line would be void; and all of it is on one connection, behind which no Redis can
   * have forgotten half of it.
   */
  async #claim(epochFor: (token: string) => Promise<number>): Promise<void> {
    const { redis } = this.#options;
    this.release();
    const token = randomUUID();
    const connection = closesOf(redis);
    const head = this.#key('head');
    await this.#ask(() => runScript(redis, bar, [head], [token]));
    const epoch = await epochFor(token);
    const answer = await this.#ask(() => runScript(redis, claim, [head], [String(epoch), token]));
    if (answer !== 'claimed')
      throw new EngineError('group.stopped', `${this.#tag} has a newer owner than epoch ${epoch}`, 'leave it to it');
    if (closesOf(redis) !== connection) throw this.#disconnected();
    this.#epoch = epoch;
    this.#connection = connection;
  }

  /** Waits until nobody works on the partition; not for long, since who had it may be dead. */
  async #handedOver(): Promise<void> {
    const until_ms = performance.now() + handover_ms;
    for (;;) {
      const [epoch = null, released = null] = await this.#ask(() =>
        fields(this.#options.redis, this.#key('head'), ['epoch', 'released']),
      );
      const isFree = epoch === null || released?.equals(epoch) === true || Number(epoch.toString()) === this.#epoch;
      if (isFree || performance.now() > until_ms) return;
      await new Promise((resolve) => setTimeout(resolve, handover_poll_ms));
    }
  }

  /** Tells the next owner that nothing is under way any more; what is not told is waited for. */
  async handOver(): Promise<void> {
    if (this.isClaimed) {
      const { redis } = this.#options;
      await runScript(redis, letGo, [this.#key('head')], [String(this.#epoch)]).catch(() => undefined);
    }
    this.release();
  }

  /** What another owner may change from now on is read again when it is asked for. */
  release(): void {
    this.#connection = undefined;
    this.#head = undefined;
  }

  /** Whether the partition was claimed, on the connection that there is now. */
  get isClaimed(): boolean {
    return this.#connection === closesOf(this.#options.redis);
  }

  /**
   * Asks Redis whether the partition is still this owner's. Who owns something and has nothing to commit would not learn
   * otherwise that another had it meanwhile and left something to send.
   */
  async isOwner(): Promise<boolean> {
    const claimed = this.#epoch;
    const [epoch = null] = await this.#ask(() => fields(this.#options.redis, this.#key('head'), ['epoch']));
    return claimed !== this.#epoch || (this.isClaimed && epoch?.toString() === String(claimed));
  }

  #disconnected(): EngineError {
    const what = `${this.#tag}: its epoch ended with the connection to Redis, or was handed over`;
    return new EngineError('ledger.disconnected', what, 'see that Redis runs; the partition is then taken again');
  }

  async head(): Promise<TaskHead> {
    if (this.#head !== undefined) return this.#head;
    const [book = null] = await this.#ask(() => fields(this.#options.redis, this.#key('head'), ['book']));
    const head = book === null ? emptyHead : headShape.parse(unpack(book));
    if (this.isClaimed) this.#head = head;
    return head;
  }

  async getMany(kind: StateKind, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (keys.length === 0) return [];
    const found = await this.#ask(() => fields(this.#options.redis, this.#key(kind), keys));
    return found.map((value) => value ?? undefined);
  }

  async commit({ seq, head, state, outbox, journal }: Commit): Promise<CommitResult> {
    const before = await this.head();
    if (seq !== before.seq + 1) return 'fenced';
    if (journal !== undefined) await this.#options.journal(ofEpoch(journal, this.#epoch));
    const token = randomUUID();
    const entry = outbox === undefined ? '' : outboxBytes(outbox);
    const book = asBuffer(pack(head));
    const delivered = [String(before.delivered_seq), String(head.delivered_seq)];
    const args = [String(this.#epoch), token, String(seq), book, ...delivered, entry, writesBytes(state)];
    // The same token each time: an answer that was lost is asked for again, and the commit is not made twice.
    const script = this.#options.fenced === false ? unfencedCommit : commit;
    const answer = await this.#askAsOwner(() => runScript(this.#options.redis, script, this.#keys, args));
    // What is stored is another owner's now: it is read again before anything else is decided on it.
    this.#head = answer === 'fenced' ? undefined : head;
    return answer === 'fenced' ? 'fenced' : 'applied';
  }

  async outbox(): Promise<readonly OutboxEntry[]> {
    const { delivered_seq } = await this.head();
    const found = await this.#ask(async () => {
      const entries = new Map<number, OutboxEntry>();
      for await (const [, value] of allFields(this.#options.redis, this.#key('outbox'))) {
        const entry = outboxFrom(value);
        if (entry.seq > delivered_seq) entries.set(entry.seq, entry);
      }
      return entries;
    });
    return [...found.values()].sort((a, b) => a.seq - b.seq);
  }

  async markDelivered(seq: number): Promise<void> {
    const before = await this.head();
    if (seq <= before.delivered_seq) return;
    const head = { ...before, delivered_seq: seq };
    const marked = [String(before.delivered_seq), String(seq)];
    const args = [String(this.#epoch), ...marked, asBuffer(pack(head)), String(head.seq)];
    const answer = await this.#askAsOwner(() =>
      runScript(this.#options.redis, mark, [this.#key('head'), this.#key('outbox')], args),
    );
    // Whoever has it now delivers again what is not marked.
    if (answer === 'applied') this.#head = head;
  }

  async reset(): Promise<void> {
    const head = { ...emptyHead, run: (await this.head()).run + 1 };
    const args = [String(this.#epoch), asBuffer(pack(head))];
    const answer = await this.#askAsOwner(() => runScript(this.#options.redis, reset, this.#keys, args));
    if (answer !== 'applied')
      throw new EngineError('group.stopped', `${this.#tag} was lost to another owner`, 'reset it there');
    this.#head = head;
  }

  /** It is made beside what is stored, under names of its own in the same slot. */
  async replace(seq: number, state: Iterable<StoredEntry>): Promise<Replaced> {
    const { redis } = this.#options;
    const beside = state_kinds.map((kind) => `${this.#tag}:rebuilt:${kind}`);
    await this.#ask(() => redis.unlink(...beside));
    for (const [kind, fields] of inPieces(state))
      await this.#askAsOwner(() => redis.hset(`${this.#tag}:rebuilt:${kind}`, ...fields));
    const token = randomUUID();
    const keys = ['head', ...state_kinds].map((name) => `${this.#tag}:${name}`);
    const args = [String(this.#epoch), String(seq), token];
    const answer = await this.#askAsOwner(() => runScript(redis, switchOver, [...keys, ...beside], args));
    if (answer === 'fenced') throw movedOn(this.#tag, seq);
    const [state0 = 0, part0 = 0, active0 = 0, state1 = 0, part1 = 0, active1 = 0] = countsShape.parse(
      JSON.parse(answer),
    );
    return {
      before: { state: state0, part: part0, active: active0 },
      after: { state: state1, part: part1, active: active1 },
    };
  }

  async *scan(kind: StateKind, prefix: string): AsyncGenerator<readonly [string, Uint8Array]> {
    const found = await this.#ask(async () => {
      const entries = new Map<string, Uint8Array>();
      for await (const [name, value] of allFields(this.#options.redis, this.#key(kind))) {
        const key = name.toString();
        if (key.startsWith(prefix)) entries.set(key, value);
      }
      return entries;
    });
    for (const key of [...found.keys()].sort(byBytes)) {
      const value = found.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  /**
   * `#ask` of what only the owner may do, on the connection on which it became the owner: whether an act whose answer was
   * lost with the connection was done is seen by whoever claims the partition next.
   */
  #askAsOwner<T>(question: () => Promise<T>): Promise<T> {
    return this.#ask(() => (this.isClaimed ? question() : Promise.reject(this.#disconnected())));
  }

  /** Asks until there is an answer. What Redis refuses is not asked again: it would be refused again. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    const until_ms = performance.now() + this.#options.answer_within_ms;
    for (;;) {
      try {
        return await question();
      } catch (error) {
        if (error instanceof EngineError || !isPassing(error) || performance.now() > until_ms) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause_ms));
      }
    }
  }
}

const writer = new ByteWriter();
const nothing = new Uint8Array();

/** What a commit writes, as its script takes it: kind, key and value (empty deletes) of each, with their lengths before them. */
function writesBytes(writes: readonly StateWrite[]): Buffer {
  writer.begin();
  for (const { kind, key, value } of writes) {
    writer.fit(most_bytes_a_unit * key.length + numbers_bytes);
    writer.int8(kinds[kind]);
    const key_bytes = utf8Bytes(key);
    writer.uint32(key_bytes);
    writer.utf8(key, key_bytes);
    const bytes = value === null ? nothing : stateBytes(value);
    writer.uint32(bytes.length);
    writer.raw(bytes);
  }
  return writer.taken();
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

const countsShape = z.array(z.number()).length(6);

/** Values written with one command. */
const piece = 500;

/** Names and values of entries, a few hundred of one kind at a time. */
function* inPieces(state: Iterable<StoredEntry>): Generator<readonly [StateKind, (string | Buffer)[]]> {
  const gathered = new Map<StateKind, (string | Buffer)[]>();
  for (const [kind, key, value] of state) {
    const fields = gathered.get(kind) ?? [];
    gathered.set(kind, fields);
    fields.push(key, asBuffer(value));
    if (fields.length < 2 * piece) continue;
    yield [kind, fields];
    gathered.delete(kind);
  }
  yield* gathered;
}

/** The ledgers of all groups, on one Redis. */
export class RedisLedger implements Ledger {
  readonly #options: RedisLedgerOptions;
  readonly #tasks = new Map<string, RedisTaskLedger>();

  constructor(options: RedisLedgerOptions) {
    this.#options = options;
  }

  async heads(tasks: readonly { readonly group: string; readonly partition: number }[]): Promise<readonly TaskHead[]> {
    const { redis, namespace } = this.#options;
    const books = tasks.map(({ group, partition }) =>
      fields(redis, `{${namespace}:${group}:${partition}}:head`, ['book']),
    );
    return (await Promise.all(books)).map(([book = null]) =>
      book === null ? emptyHead : headShape.parse(unpack(book)),
    );
  }

  task(group: string, partition: number): RedisTaskLedger {
    const place = `${group}|${partition}`;
    let task = this.#tasks.get(place);
    if (task === undefined) {
      task = new RedisTaskLedger(this.#options, group, partition);
      this.#tasks.set(place, task);
    }
    return task;
  }
}
