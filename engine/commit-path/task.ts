/** One group on one partition: its inputs, its state in memory, and the steps of the commit path. */
import { BatchReader, type Batch, type TaskReader } from './batch-reader.ts';
import { Books } from './books.ts';
import { Caller } from './caller.ts';
import { BatchDecider } from './decide-batch.ts';
import { Decider, type BatchItem, type DeciderState } from './decider.ts';
import { decodeRecords } from './decode-batch.ts';
import { Deliverer } from './deliverer.ts';
import { effectsOf, type Effects } from './effects.ts';
import { EngineError, SinkAway } from '../errors.ts';
import type { Step } from './faults.ts';
import { assertSamePolicy, journalRecord } from './journal.ts';
import type { OutboxEntry, StateWrite, TaskHead } from '../ledger.ts';
import type { Refusal, SeenFilter } from '../options.ts';
import type { LogRecord, NewRecord } from '../ports.ts';
import { FailureWindow, lettersInOrder } from './refusals.ts';
import { readingOf, type TaskContext } from './task-context.ts';
import { ActiveKeys, bothUses, StateCache, type CacheUse } from '../state/cache.ts';
import { stateCodec } from '../state/codec.ts';
import { traceHeaders } from '../trace.ts';
import { Watermarks } from './watermarks.ts';
import { Turns } from './turns.ts';

/** All that lives only as long as the partition is owned; made anew by `open`. */
interface Ownership {
  readonly reader: TaskReader;
  readonly deliverer: Deliverer;
  readonly seen: SeenFilter;
  readonly books: Books;
  readonly effects: Effects;
  readonly batchDecider: BatchDecider;
}

export class Task {
  readonly group: string;
  readonly partition: number;
  readonly #context: TaskContext;
  readonly #decider: Decider;
  readonly #caller: Caller | undefined;
  readonly #cache: DeciderState;
  readonly #failures: FailureWindow;
  #head!: TaskHead;
  /** Version of the policy before the batch under way. */
  #policy = '';
  #own!: Ownership;
  readonly #turns: Turns;

  constructor(context: TaskContext) {
    const { wiring } = context.processor;
    this.#context = context;
    this.#turns = context.turns ?? new Turns(context.limits.turn_ms);
    this.group = wiring.group;
    this.partition = context.partition;
    this.#decider = new Decider(context.processor);
    const { call } = context.processor;
    this.#caller = call === undefined ? undefined : new Caller(context.processor, call);
    const cacheOf = (kind: 'state' | 'part', spec: typeof wiring.state): StateCache =>
      new StateCache(kind, context.ledger, stateCodec(wiring.group, spec), context.limits.cache_entries);
    this.#cache = {
      states: cacheOf('state', wiring.state),
      parts: cacheOf('part', wiring.part ?? wiring.state),
      active: new ActiveKeys(),
    };
    this.#failures = new FailureWindow(wiring.group, context.limits);
  }

  get head(): TaskHead {
    return this.#head;
  }

  /** How its caches of states and of parts were used. */
  get cache(): CacheUse {
    return bothUses(this.#cache.states.use, this.#cache.parts.use);
  }

  get deliverer(): Deliverer {
    return this.#own.deliverer;
  }

  /** Next offset by input topic. */
  offsets(): ReadonlyMap<string, number> {
    return this.#own.reader.offsets();
  }

  /** Next offset in an input topic. */
  offsetIn(topic: string): number {
    return this.#own.reader.offsetIn(topic);
  }

  noticeRedrive(topic: string): void {
    this.#own.reader.noticeRedrive(topic);
  }

  /** Takes the partition: reads the stored head, checks the log against it, finds what must be redone. */
  async open(): Promise<void> {
    const { ledger } = this.#context;
    this.#head = await ledger.head();
    this.#cache.states.clear();
    this.#cache.parts.clear();
    await this.#cache.active.load(ledger);
    this.#own = await this.#ownership();
    this.#own.deliverer.add(await ledger.outbox());
  }

  async #ownership(): Promise<Ownership> {
    const { options, log, ledger, partitionOf, limits, wake, fail, feed } = this.#context;
    const head = this.#head;
    const reading = readingOf(
      this.#context,
      this.#caller?.batch_records ?? limits.batch_records,
      (topic, taken) => this.#decider.visitsEveryKey(topic) && this.#cache.active.size + taken > limits.tick_keys,
    );
    const fed = feed?.(reading);
    const reader = fed?.reader ?? (await BatchReader.open(reading, head));
    const at = (step: Step): void => this.at(step);
    const deliverer = new Deliverer(
      { log, rows: options.rows, ledger, at, onProgress: wake, onFailure: fail },
      head.delivered_seq,
    );
    const books = new Books(head);
    const effects = effectsOf(this.group, head.run, { options, limits, partitionOf });
    const seen = fed?.seen ?? options.replace?.watermarks?.(head.watermarks) ?? new Watermarks(head.watermarks);
    const batchDecider = this.#batchDecider(books, effects, reader);
    return { reader, deliverer, seen, books, effects, batchDecider };
  }

  #batchDecider(books: Books, effects: Effects, reader: TaskReader): BatchDecider {
    const { options, limits, processor } = this.#context;
    return new BatchDecider(
      {
        decider: this.#decider,
        cache: this.#cache,
        books,
        effects,
        failures: this.#failures,
        onError: processor.wiring.onError ?? 'park',
        policyTopic: options.policy.topic,
        parsePolicy: (value) => options.policy.parse(value),
        tick_keys: limits.tick_keys,
        refuse: (refusal, ordinal) => this.#refuse(refusal, ordinal),
        untake: (topic) => reader.untake(topic),
      },
      books.policy === null ? options.policy.initial : options.policy.parse(books.policy),
    );
  }

  at(step: Step): void {
    this.#context.options.faults?.(step, this);
    this.#context.options.observe?.(step, this);
  }

  /** Undefined when there is nothing to read or no room for effects. */
  async read(): Promise<Batch | undefined> {
    if (this.#own.deliverer.bytes >= this.#context.limits.outbox_bytes) return undefined;
    const batch = await this.#own.reader.next();
    this.#policy = this.#own.batchDecider.policy.version;
    if (batch !== undefined && batch.redo !== null && this.#context.anyCode !== true)
      assertSamePolicy(batch.redo.policy, this.#policy, this.group);
    return batch;
  }

  /** Why the task waits; null when it does not. */
  get waiting(): string | null {
    const { deliverer } = this.#own;
    if (deliverer.trouble !== null) return `the row sink refuses: ${deliverer.trouble}`;
    return deliverer.bytes >= this.#context.limits.outbox_bytes ? 'the outbox is full' : null;
  }

  /** Why the batch under way cannot be committed before its rows are with the sink; null where it can. */
  get rows_trouble(): string | null {
    return this.#decider.stateless ? this.#own.deliverer.trouble : null;
  }

  /** Resolves when all else in the process has had its turn, and the tasks before it theirs. */
  nextTurn(): Promise<void> {
    return this.#turns.next();
  }

  /** Records that are decoded or decided in one turn. */
  get slice_records(): number {
    return this.#context.limits.slice_records;
  }

  decode(records: readonly LogRecord[]): BatchItem[] {
    const { options, partitionOf } = this.#context;
    const { seen, reader, effects } = this.#own;
    return decodeRecords(records, {
      group: this.group,
      partition: this.partition,
      codec: options.codec,
      topics: effects.topics,
      partitionOf,
      seen,
      resumed: () => this.#own.books.tick,
      decider: this.#decider,
      policyTopic: options.policy.topic,
      schemaTopic: (topic) => reader.schemaTopic(topic),
      refuse: (refusal) => this.#refuseUnread(refusal),
    });
  }

  /** An event of ours that cannot be read is a bug, as a throw is; a producer outside may be as wrong as it likes. */
  #refuseUnread(refusal: Omit<Refusal, 'group' | 'at_ms'>): void {
    if (refusal.record.name !== undefined || refusal.stage === 'decide') this.#failures.failed(refusal.message);
    this.#refuse(refusal, 0);
  }

  /** Reads the states of a batch in one go; a caller asks the outside instead. */
  load(items: readonly BatchItem[]): void | Promise<void> {
    if (this.#caller !== undefined) return this.#ask(this.#caller, items);
    if (this.#decider.stateless) return;
    return this.#cache.states.load(stateKeys(items));
  }

  async #ask(caller: Caller, items: readonly BatchItem[]): Promise<void> {
    this.#decider.answers = await caller.answers(items, this.#own.batchDecider.policy);
  }

  /** Decides the items from one index up to another; a batch is decided in order, from 0 on. */
  decide(items: readonly BatchItem[], from: number, to: number): void | Promise<void> {
    this.#failures.handled(to - from);
    return this.#own.batchDecider.decide(items, from, to);
  }

  #refuse(refusal: Omit<Refusal, 'group' | 'at_ms'>, ordinal: number): void {
    const { options, partitionOf } = this.#context;
    const { record } = refusal;
    const event = options.deadLetters.event({ ...refusal, group: this.group, at_ms: record.appended_ms });
    const { topic, partition, offset } = record;
    const name = { group: this.group, run: this.#head.run, topic, partition, offset, ordinal };
    const value = options.codec.encode(options.deadLetters.topic, event.value);
    this.#own.effects.push({
      topic: options.deadLetters.topic,
      partition: partitionOf(event.key),
      key: event.key,
      value,
      name,
      ...traceHeaders(record, name),
    });
    this.#own.books.dead_letters++;
  }

  /** Writes state, cursor, watermarks and outbox as one; returns what is to be delivered. */
  async commit(batch: Batch): Promise<OutboxEntry | undefined> {
    const seq = this.#head.seq + 1;
    const effects = this.#takeOutbox(seq, batch);
    if (effects !== undefined && this.#context.options.replace?.sendBeforeCommit === true) {
      await this.#context.log.append(effects.records);
      this.at('deliver');
    }
    const next = this.#nextHead(seq, batch, effects);
    const outbox = effects !== undefined && this.#decider.stateless ? await this.#sendRows(effects) : effects;
    const head = this.#own.deliverer.headOf(next, outbox);
    const result = await this.#context.ledger.commit({
      seq,
      head,
      state: this.#stateWrites(),
      ...(outbox === undefined ? {} : { outbox }),
      ...this.#journalLine(batch, head),
    });
    if (result === 'fenced')
      throw new EngineError(
        'group.stopped',
        `group ${this.group} lost partition ${this.partition}`,
        'another owner has it',
      );
    this.#committed(head);
    this.#own.deliverer.committed(head, outbox);
    return outbox;
  }

  /**
   * Rows of a processor without state go to the sink before the cursor moves: a redo gives the same rows, so they
   * need no outbox. Returns what is left to deliver.
   */
  async #sendRows(effects: OutboxEntry): Promise<OutboxEntry | undefined> {
    const { rows } = this.#context.options;
    if (effects.rows.length > 0 && rows !== undefined) {
      const sent = await this.#own.deliverer.untilSent(() => rows.send(effects.rows));
      if (!sent) throw new SinkAway(this.group);
    }
    return effects.records.length === 0 ? undefined : { ...effects, rows: [] };
  }

  #stateWrites(): readonly StateWrite[] {
    const writes: StateWrite[] = [];
    const { states, parts, active } = this.#cache;
    for (const kept of [states, parts, active]) kept.writes(writes);
    return writes;
  }

  #journalLine(batch: Batch, { run, seq }: TaskHead): { journal?: NewRecord } {
    const { code, replace } = this.#context.options;
    if (batch.redo !== null || replace?.noJournal === true) return {};
    const line = { run, seq, code, policy: this.#policy, ranges: batch.ranges };
    return { journal: journalRecord(this.group, this.partition, line) };
  }

  #takeOutbox(seq: number, batch: Batch): OutboxEntry | undefined {
    const { effects, books } = this.#own;
    if (effects.empty) return undefined;
    const { records, rows, bytes } = effects.take();
    const refused = books.dead_letters > this.#head.dead_letters_total;
    const { topic } = this.#context.options.deadLetters;
    return { seq, records: refused ? lettersInOrder(records, topic, batch.records) : records, rows, bytes };
  }

  #nextHead(seq: number, batch: Batch, outbox: OutboxEntry | undefined): TaskHead {
    const { reader, books, seen, deliverer } = this.#own;
    books.events += batch.records.length;
    books.emitted += outbox?.records.length ?? 0;
    books.rows += outbox?.rows.length ?? 0;
    books.last_event_ms = batch.records[batch.records.length - 1]?.appended_ms ?? books.last_event_ms;
    return {
      ...books.entries(),
      run: this.#head.run,
      seq,
      delivered_seq: deliverer.takeMark(),
      inputs: reader.cursors(),
      watermarks: seen.stored(),
    };
  }

  #committed(head: TaskHead): void {
    this.#head = head;
    const { states, parts, active } = this.#cache;
    for (const kept of [states, parts, active]) kept.committed();
  }

  deliver(outbox: OutboxEntry | undefined): void {
    if (outbox !== undefined) this.#own.deliverer.add([outbox]);
  }

  /** Waits for nothing outside any more: neither for a sink that is away nor for an answer. */
  hurry(): void {
    this.#own.deliverer.hurry();
    this.#caller?.stop();
  }

  /** Nothing to do: the delivery mark need not wait for the next commit. */
  async idle(): Promise<void> {
    await this.#own.deliverer.mark();
  }

  /** Sends nothing more: what was not marked is sent by whoever has the partition next. */
  async abandon(): Promise<void> {
    await this.#own.deliverer.stop();
  }

  async close(): Promise<void> {
    await this.#own.deliverer.stop();
    await this.#own.deliverer.mark();
  }
}

/** The state keys of a batch; `everyKey` events name none. */
function* stateKeys(items: readonly BatchItem[]): Generator<string> {
  for (const { key } of items) if (key !== null) yield key;
}
