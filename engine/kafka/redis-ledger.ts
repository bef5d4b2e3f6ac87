/**
 * The ledger in Redis: state, cursor, watermarks and outbox of a partition are hashes of one slot, and a commit is one
 * script that refuses whoever no longer owns it.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { EngineError } from '../errors.ts';
import {
  emptyHead,
  type Commit,
  type CommitResult,
  type Ledger,
  type OutboxEntry,
  type StateKind,
  type TaskHead,
  type TaskLedger,
} from '../ledger.ts';
import type { NewRecord } from '../ports.ts';
import { byBytes } from '../state-cache.ts';
import { pack, unpack } from '../state-codec.ts';
import { headShape, outboxShape } from '../stored-shapes.ts';
import { allFields, endingsOf, fields, runScript, scriptOf, type Script } from './redis.ts';
import { beganRecord, claimRecord, ofEpoch } from '../journal.ts';
import { claim_script, commit_script, mark_script, reset_script } from './scripts.ts';

const [commit, claim, mark, reset] = [commit_script, claim_script, mark_script, reset_script].map(scriptOf) as [
  ReturnType<typeof scriptOf>,
  ReturnType<typeof scriptOf>,
  ReturnType<typeof scriptOf>,
  ReturnType<typeof scriptOf>,
];

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
}

const pause_ms = 50;

export class RedisTaskLedger implements TaskLedger {
  readonly #options: RedisLedgerOptions;
  /** Of one slot, by the braces: a script may touch them together in a cluster too. */
  readonly #tag: string;
  readonly #group: string;
  readonly #partition: number;
  readonly #endings: { readonly count: number };
  /** Null where it only looks: what it reads may be another owner's, and change. */
  #epoch: number | null = null;
  /** Endings of the connection when the epoch began: with the connection the epoch ends. */
  #since = 0;
  #head: TaskHead | undefined;

  constructor(options: RedisLedgerOptions, group: string, partition: number) {
    this.#options = options;
    this.#group = group;
    this.#partition = partition;
    this.#tag = `{${options.namespace}:${group}:${partition}}`;
    this.#endings = endingsOf(options.redis);
  }

  #key(name: StateKind | 'head' | 'outbox'): string {
    return `${this.#tag}:${name}`;
  }

  get #keys(): readonly string[] {
    return (['head', 'state', 'part', 'active', 'outbox'] as const).map((name) => this.#key(name));
  }

  /**
   * Becomes the owner: says so in the journal, whose offset is the epoch, and then in Redis. Others may have committed
   * between the two; so the journal is told from which batch on their lines are void.
   */
  async take(): Promise<void> {
    const { journal, owner } = this.#options;
    const since = this.#endings.count;
    const epoch = await journal(claimRecord(this.#group, this.#partition, owner));
    await this.claim(epoch);
    this.#since = since;
    const { run, seq } = await this.head();
    await journal(beganRecord(this.#group, this.#partition, { epoch, run, seq }));
  }

  /** Takes the partition: commits of older epochs are refused from now on. Throws where a newer owner has it. */
  async claim(epoch: number): Promise<void> {
    this.#since = this.#endings.count;
    const answer = await this.#ask(() => runScript(this.#options.redis, claim, [this.#key('head')], [String(epoch)]));
    if (answer !== 'claimed')
      throw new EngineError('group.stopped', `${this.#tag} has a newer owner than epoch ${epoch}`, 'leave it to it');
    this.#epoch = epoch;
    this.#head = undefined;
  }

  async head(): Promise<TaskHead> {
    if (this.#head !== undefined) return this.#head;
    const [book = null] = await this.#ask(() => fields(this.#options.redis, this.#key('head'), ['book']));
    const head = book === null ? emptyHead : headShape.parse(unpack(book));
    if (this.#epoch !== null) this.#head = head;
    return head;
  }

  async getMany(kind: StateKind, keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (keys.length === 0) return [];
    const found = await this.#ask(() => fields(this.#options.redis, this.#key(kind), keys));
    return found.map((value) => value ?? undefined);
  }

  async commit({ seq, head, state, outbox, journal }: Commit): Promise<CommitResult> {
    const epoch = this.#epoch;
    const before = await this.head();
    if (epoch === null || this.#ended || seq !== before.seq + 1) return 'fenced';
    if (journal !== undefined) await this.#options.journal(ofEpoch(journal, epoch));
    const token = randomUUID();
    const writes = state.flatMap(({ kind, key, value }) => [
      String(kinds[kind]),
      Buffer.from(key),
      value === null ? '' : asBuffer(pack(value)),
    ]);
    const entry = outbox === undefined ? '' : asBuffer(pack(outbox));
    const book = asBuffer(pack(head));
    const delivered = [String(before.delivered_seq), String(head.delivered_seq)];
    const args = [String(epoch), token, String(seq), book, ...delivered, entry, ...writes];
    // The same token each time: an answer that was lost is asked for again, and the commit is not made twice.
    const answer = await this.#asOwner(commit, this.#keys, args);
    // What is stored is another owner's now: it is read again before anything else is decided on it.
    this.#head = answer === 'fenced' ? undefined : head;
    return answer === 'fenced' ? 'fenced' : 'applied';
  }

  async outbox(): Promise<readonly OutboxEntry[]> {
    const { delivered_seq } = await this.head();
    const found = await this.#ask(async () => {
      const entries = new Map<number, OutboxEntry>();
      for await (const [, value] of allFields(this.#options.redis, this.#key('outbox'))) {
        const entry = outboxShape.parse(unpack(value));
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
    const args = [String(this.#epoch ?? ''), String(before.delivered_seq), String(seq), asBuffer(pack(head))];
    const answer = await this.#asOwner(mark, [this.#key('head'), this.#key('outbox')], args);
    // Whoever has it now delivers again what is not marked.
    if (answer === 'applied') this.#head = head;
  }

  async reset(): Promise<void> {
    const head = { ...emptyHead, run: (await this.head()).run + 1 };
    const args = [String(this.#epoch ?? ''), asBuffer(pack(head))];
    const answer = await this.#asOwner(reset, this.#keys, args);
    if (answer !== 'applied')
      throw new EngineError('group.stopped', `${this.#tag} was lost to another owner`, 'reset it there');
    this.#head = head;
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

  /** Whether the epoch ended with its connection: a Redis that comes back may have forgotten who owned what. */
  get #ended(): boolean {
    return this.#endings.count !== this.#since;
  }

  /**
   * Runs a script in the epoch's own connection. Where that ended before an answer, what became of it is for the next
   * owner to read: it counts as refused.
   */
  async #asOwner(script: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<string> {
    return this.#ask(async () => {
      if (this.#ended) return 'fenced';
      return runScript(this.#options.redis, script, keys, args);
    });
  }

  /** Asks until there is an answer. What Redis refuses is not asked again: it would be refused again. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    const until_ms = performance.now() + this.#options.answer_within_ms;
    for (;;) {
      try {
        return await question();
      } catch (error) {
        if (isRefusal(error)) throw error;
        if (performance.now() > until_ms) throw away(error);
        await new Promise((resolve) => setTimeout(resolve, pause_ms));
      }
    }
  }
}

/** Whether Redis itself answered with an error, rather than not at all. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ReplyError' && !/^(LOADING|BUSY|CLUSTERDOWN|TRYAGAIN)/.test(error.message);

const away = (error: unknown): EngineError =>
  new EngineError(
    'redis.away',
    `Redis has not answered: ${error instanceof Error ? error.message : String(error)}`,
    'see that it runs and can be reached from here; nothing that was committed is lost',
  );

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** The ledgers of all groups, on one Redis. */
export class RedisLedger implements Ledger {
  readonly #options: RedisLedgerOptions;
  readonly #tasks = new Map<string, RedisTaskLedger>();

  constructor(options: RedisLedgerOptions) {
    this.#options = options;
  }

  /** Becomes the owner of a partition: what an earlier owner in this process still does is refused like anybody's. */
  async take(group: string, partition: number): Promise<void> {
    const task = new RedisTaskLedger(this.#options, group, partition);
    this.#tasks.set(`${group}|${partition}`, task);
    await task.take();
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
