/** The engine over a log and a ledger: starts a task per group and partition, feeds them, answers what is asked. */
import type { CauseName } from '../topology/coordinates.ts';
import type { AnyProcessor } from '../topology/processor.ts';
import type { Topology } from '../topology/topology.ts';
import type { Engine, EngineEvent, GroupStatus, SourceBatch, StateEntry, TopicStatus } from './engine.ts';
import { MemoryTaskLedger } from './driver/memory-ledger.ts';
import { EngineError } from './errors.ts';
import { findByName } from './explain/find.ts';
import { inspectTask, type Book } from './standing/inspect.ts';
import { emptyHead, type Ledger } from './ledger.ts';
import { defaultLimits, isJournal, type EngineOptions, type Limits } from './options.ts';
import { partitioner } from './partitioner.ts';
import type { Log, LogRecord } from './ports.ts';
import { encodeSourceEvents } from './publish.ts';
import { readParts, readState, scanState } from './state/read-state.ts';
import { isRedrive, schemaTopicOf } from './dead-letters/sent-back.ts';
import { rangesOf, standingsOf, statusOf, type TaskStanding } from './standing/standing.ts';
import { groupStatus } from './standing/status.ts';
import { Task } from './commit-path/task.ts';
import { TaskLoop } from './commit-path/task-loop.ts';
import { Turns } from './commit-path/turns.ts';

export interface RuntimePorts {
  readonly log: Log;
  readonly ledger: Ledger;
  /** Called when a task stops by an error. */
  readonly onFailure?: (error: unknown, task: { readonly group: string; readonly partition: number }) => void;
  readonly close?: () => Promise<void>;
  /** A ledger that begins where the log was cut; undefined where the log reaches back to the beginning. */
  readonly beginning?: (group: string, partition: number) => MemoryTaskLedger | undefined;
  /** Forgets where folding a group's partition again begins. */
  readonly forgetBeginning?: (group: string, partition: number) => Promise<void>;
  /** Partitions come and go: `take` and `giveUp` say which. Without it all of them are there from the start. */
  readonly shared?: boolean;
}

/** Between looks at what all tasks have taken. */
const release_every_ms = 200;

export class Runtime implements Engine {
  readonly topology: Topology;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly options: EngineOptions;
  readonly limits: Limits;
  readonly partitionOf: (key: string) => number;
  readonly #ports: RuntimePorts;
  #loops: TaskLoop[] = [];
  #started = false;
  readonly #readers = new Map<string, TaskLoop[]>();
  readonly #tails = new Set<(events: readonly EngineEvent[]) => void>();
  readonly #settled = new Set<() => void>();
  readonly #turns: Turns;
  #stopListening: (() => void) | undefined;
  #released_ms = 0;

  constructor(options: EngineOptions, ports: RuntimePorts) {
    this.options = options;
    this.topology = options.topology;
    this.limits = { ...defaultLimits, ...options.limits };
    this.log = ports.log;
    this.ledger = ports.ledger;
    this.partitionOf = partitioner(options.partitions);
    this.#turns = new Turns(this.limits.turn_ms);
    this.#ports = ports;
  }

  async start(): Promise<void> {
    if (this.#ports.shared !== true)
      for (const processor of this.topology.processors)
        for (let partition = 0; partition < this.options.partitions; partition++)
          await this.#open(processor, partition);
    this.#started = true;
    this.#stopListening = this.log.onAppend((appended) => this.#appended(appended));
    for (const loop of this.#loops) loop.start();
  }

  /** A partition of a group is this process's from now on: its ledger must have been claimed. */
  async take(group: string, partition: number): Promise<void> {
    (await this.#open(this.processor(group), partition)).start();
  }

  /** A partition of a group is no longer this process's: what is under way is finished, as far as it may be. */
  async giveUp(group: string, partition: number): Promise<void> {
    const gone = this.#loops.filter(({ task }) => task.group === group && task.partition === partition);
    this.#loops = this.#loops.filter((loop) => !gone.includes(loop));
    for (const [place, loops] of this.#readers)
      this.#readers.set(
        place,
        loops.filter((loop) => !gone.includes(loop)),
      );
    await Promise.all(gone.map((loop) => loop.stop()));
    this.#checkSettled();
  }

  /** The log does not hold what comes next in an input: whoever reads it stops. */
  broken(topic: string, partition: number, error: unknown): void {
    for (const loop of this.#readers.get(`${topic}|${partition}`) ?? []) loop.fail(error);
  }

  async #open(processor: AnyProcessor, partition: number): Promise<TaskLoop> {
    const task = new Task({
      options: this.options,
      limits: this.limits,
      log: this.log,
      processor,
      partition,
      ledger: this.ledger.task(processor.wiring.group, partition),
      partitionOf: this.partitionOf,
      turns: this.#turns,
      wake: () => {
        loop.wake();
        this.#checkSettled();
      },
      fail: (error) => loop.fail(error),
    });
    const loop = new TaskLoop(
      task,
      () => this.#checkSettled(),
      (error) => this.#ports.onFailure?.(error, task),
    );
    await task.open();
    this.#loops.push(loop);
    for (const topic of new Set([...processor.wiring.reads.map((t) => t.name), this.options.policy.topic])) {
      const place = `${topic}|${partition}`;
      this.#readers.set(place, [...(this.#readers.get(place) ?? []), loop]);
    }
    return loop;
  }

  /** What all tasks have taken is let go: kept without need, it is moved and looked at by each collection of garbage. */
  #releaseTaken(): void {
    const now_ms = performance.now();
    if (this.log.release === undefined || now_ms < this.#released_ms + release_every_ms) return;
    this.#released_ms = now_ms;
    this.log.release((topic, partition) => {
      const readers = this.#readers.get(`${topic}|${partition}`) ?? [];
      return readers.reduce((needed, { task }) => Math.min(needed, task.offsetIn(topic)), Infinity);
    });
  }

  #appended(records: readonly LogRecord[]): void {
    this.#releaseTaken();
    const places = new Set(records.map((record) => `${record.topic}|${record.partition}`));
    for (const place of places) {
      for (const loop of this.#readers.get(place) ?? []) loop.wake();
      if (isRedrive(place)) this.#wakeRedriven(place);
    }
    if (this.#tails.size === 0) return;
    const events = records.filter((record) => !isJournal(record.topic)).map((record) => this.decoded(record));
    if (events.length > 0) for (const tail of this.#tails) tail(events);
  }

  #wakeRedriven(place: string): void {
    const topic = place.slice(0, place.lastIndexOf('|'));
    const partition = Number(place.slice(place.lastIndexOf('|') + 1));
    for (const loop of this.#loops) {
      if (loop.task.partition !== partition || !topic.endsWith(`.redrive.${loop.task.group}`)) continue;
      loop.task.noticeRedrive(topic);
      loop.wake();
    }
  }

  /** A record with its value, or why it has none. A redriven record has the schema of the topic it came from. */
  decoded(record: LogRecord): EngineEvent {
    const topic = schemaTopicOf(record.topic);
    record.decoded ??= this.options.codec.decode(topic, record.value, record.appended_ms);
    return record.decoded.ok
      ? { record, value: record.decoded.value, error: null }
      : { record, value: null, error: record.decoded.message };
  }

  #checkSettled(): void {
    if (this.#settled.size === 0 || !this.#loops.every((loop) => loop.settled)) return;
    for (const resolve of this.#settled) resolve();
    this.#settled.clear();
  }

  /** Where folding a group's partition again begins: a snapshot, or nothing. */
  beginning(group: string, partition: number, run: number): MemoryTaskLedger {
    return this.#ports.beginning?.(group, partition) ?? new MemoryTaskLedger(undefined, { ...emptyHead, run });
  }

  async forgetBeginning(group: string, partition: number): Promise<void> {
    await this.#ports.forgetBeginning?.(group, partition);
  }

  get started(): boolean {
    return this.#started;
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled.add(resolve);
      setImmediate(() => this.#checkSettled());
    });
  }

  async stop(): Promise<void> {
    this.#stopListening?.();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.#ports.close?.();
  }

  async publish(batch: SourceBatch): Promise<void> {
    const records = encodeSourceEvents(batch.events, this.options, this.partitionOf);
    if (batch.position === null) await this.log.append(records);
    else await this.log.appendFrom(batch.source, batch.position, records);
  }

  groups(): readonly GroupStatus[] {
    return this.topology.processors.map(({ wiring }) => groupStatus(wiring.group, this.#of(wiring.group), this.log));
  }

  #of(group: string): readonly TaskLoop[] {
    // A group that is known may have no partition here.
    const known = this.processor(group).wiring.group;
    return this.#loops.filter((loop) => loop.task.group === known);
  }

  /** Holds a group still between two batches while `work` looks at it. What it sends out may be on its way. */
  async whilePaused<T>(group: string, work: () => Promise<T>): Promise<T> {
    const loops = this.#of(group);
    try {
      await Promise.all(loops.map((loop) => loop.pause()));
      return await work();
    } finally {
      for (const loop of loops) loop.resume();
    }
  }

  processor(group: string): AnyProcessor {
    const found = this.topology.processors.find((p) => p.wiring.group === group);
    if (found !== undefined) return found;
    throw new EngineError(
      'group.unknown',
      `there is no group ${group}`,
      `use one of ${this.topology.processors.map((p) => p.wiring.group).join(', ')}`,
    );
  }

  async topics(): Promise<readonly TopicStatus[]> {
    const names = this.topology.topics.map(({ name }) => name);
    const ranges = await rangesOf(this, names);
    return names.map((topic) => ({ topic, ranges: ranges.get(topic) ?? [] }));
  }

  async statuses(): Promise<readonly GroupStatus[]> {
    if (this.#ports.shared !== true) return this.groups();
    const tasks = await this.standings();
    return this.topology.processors.map(({ wiring }) => statusOf(wiring.group, tasks));
  }

  /** Where each group stands on each partition, whichever process works on it. */
  standings(): Promise<readonly TaskStanding[]> {
    return standingsOf(this, this.#loops);
  }

  state(group: string, key: string, stateKey = ''): Promise<unknown> {
    return readState(this, group, key, stateKey);
  }

  scan(group: string, key?: string): AsyncIterable<StateEntry> {
    return scanState(this, group, key);
  }

  parts(group: string, key: string, stateKey: string, names = ''): AsyncIterable<readonly [string, unknown]> {
    return readParts(this, group, key, { stateKey, names });
  }

  async event(topic: string, partition: number, offset: number): Promise<EngineEvent | undefined> {
    const [record] = await this.log.read(topic, partition, offset, 1);
    return record?.offset === offset ? this.decoded(record) : undefined;
  }

  async find(topic: string, name: CauseName): Promise<EngineEvent | undefined> {
    const record = await findByName(this.log, topic, name);
    return record === undefined ? undefined : this.decoded(record);
  }

  tail(listener: (events: readonly EngineEvent[]) => void): () => void {
    this.#tails.add(listener);
    return () => this.#tails.delete(listener);
  }

  async *inspect(book: Book): AsyncIterable<Readonly<Record<string, unknown>>> {
    for (const { task } of this.#loops) yield* inspectTask(this, task, book);
  }
}
