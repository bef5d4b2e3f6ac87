/**
 * The engine in memory, for tests: real bytes through the real commit path, a clock moved by hand, a crash at any
 * named step. After a crash nothing of the old run can write; `restart` makes a new one on what was stored.
 */
import type { FaultPoints, Step } from '../commit-path/faults.ts';
import type {
  Commit,
  CommitResult,
  Ledger,
  OutboxEntry,
  Replaced,
  StateKind,
  StoredEntry,
  TaskHead,
  TaskLedger,
} from '../ledger.ts';
import type { EngineOptions } from '../options.ts';
import type { Clock, Log, LogRange, LogRecord, NewRecord, RowSink, Row } from '../ports.ts';
import type { SourceEvent } from '../engine.ts';
import { partitioner } from '../partitioner.ts';
import { encodeSourceEvents } from '../publish.ts';
import { Runtime } from '../runtime.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { MemoryLog } from './memory-log.ts';

export class HandClock implements Clock {
  #now_ms: number;

  constructor(now_ms: number) {
    this.#now_ms = now_ms;
  }

  now_ms(): number {
    return this.#now_ms;
  }

  set(now_ms: number): void {
    this.#now_ms = now_ms;
  }

  advance(ms: number): void {
    this.#now_ms += ms;
  }
}

/** Thrown at the step where the test wanted the process to die. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Keeps every row, as a table would that is keyed by coordinates. */
export class MemoryRows implements RowSink {
  readonly sent: Row[] = [];

  send(rows: readonly Row[]): Promise<void> {
    this.sent.push(...rows);
    return Promise.resolve();
  }
}

/** The ports of one life of the process: after its crash they refuse. */
class Life {
  dead = false;

  guard(): void {
    if (this.dead) throw new Crash('the process is dead');
  }
}

class LivingLog implements Log {
  readonly #log: MemoryLog;
  readonly #life: Life;
  readonly partitions: number;

  constructor(log: MemoryLog, life: Life) {
    this.#log = log;
    this.#life = life;
    this.partitions = log.partitions;
  }

  range(topic: string, partition: number): LogRange {
    return this.#log.range(topic, partition);
  }

  read(topic: string, partition: number, offset: number, max_records: number): readonly LogRecord[] {
    this.#life.guard();
    return this.#log.read(topic, partition, offset, max_records);
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    this.#life.guard();
    await this.#log.append(records);
  }

  async appendFrom(source: string, position: string, records: readonly NewRecord[]): Promise<void> {
    this.#life.guard();
    await this.#log.appendFrom(source, position, records);
  }

  position(source: string): Promise<string | undefined> {
    return this.#log.position(source);
  }

  onAppend(listener: (appended: readonly LogRecord[]) => void): () => void {
    return this.#log.onAppend((appended) => {
      if (!this.#life.dead) listener(appended);
    });
  }
}

class LivingTaskLedger implements TaskLedger {
  readonly #task: TaskLedger;
  readonly #life: Life;

  constructor(task: TaskLedger, life: Life) {
    this.#task = task;
    this.#life = life;
  }

  head(): Promise<TaskHead> {
    return this.#task.head();
  }

  getMany(
    kind: StateKind,
    keys: readonly string[],
  ): readonly (Uint8Array | undefined)[] | Promise<readonly (Uint8Array | undefined)[]> {
    return this.#task.getMany(kind, keys);
  }

  async commit(commit: Commit): Promise<CommitResult> {
    this.#life.guard();
    return this.#task.commit(commit);
  }

  outbox(): Promise<readonly OutboxEntry[]> {
    return this.#task.outbox();
  }

  async markDelivered(seq: number): Promise<void> {
    this.#life.guard();
    await this.#task.markDelivered(seq);
  }

  scan(kind: StateKind, prefix: string): AsyncIterable<readonly [string, Uint8Array]> {
    return this.#task.scan(kind, prefix);
  }

  async reset(): Promise<void> {
    this.#life.guard();
    await this.#task.reset();
  }

  async replace(seq: number, state: Iterable<StoredEntry>): Promise<Replaced> {
    this.#life.guard();
    return this.#task.replace(seq, state);
  }
}

class LivingLedger implements Ledger {
  readonly #ledger: MemoryLedger;
  readonly #life: Life;

  constructor(ledger: MemoryLedger, life: Life) {
    this.#ledger = ledger;
    this.#life = life;
  }

  task(group: string, partition: number): TaskLedger {
    return new LivingTaskLedger(this.#ledger.task(group, partition), this.#life);
  }
}

export type DriverOptions = Omit<EngineOptions, 'clock' | 'rows' | 'faults'> & { readonly start_ms: number };

export class Driver {
  readonly clock: HandClock;
  readonly rows = new MemoryRows();
  readonly log: MemoryLog;
  readonly ledger: MemoryLedger;
  readonly #options: DriverOptions;
  #life = new Life();
  #engine: Runtime | undefined;
  #crashed: (() => void) | undefined;
  #failures: unknown[] = [];
  /** Called at each step; throw `Crash` to die there. */
  onStep: FaultPoints | undefined;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.clock = new HandClock(options.start_ms);
    this.log = new MemoryLog(options.partitions, this.clock);
    this.ledger = new MemoryLedger(this.log);
  }

  /** The engine of the present life. */
  get engine(): Runtime {
    if (this.#engine === undefined) throw new Error('start the driver first');
    return this.#engine;
  }

  /** Errors that stopped a task, crashes apart. */
  get failures(): readonly unknown[] {
    return this.#failures;
  }

  async start(): Promise<void> {
    const life = new Life();
    this.#life = life;
    const faults = (step: Step, task: { readonly group: string; readonly partition: number }): void => {
      life.guard();
      this.onStep?.(step, task);
    };
    const onFailure = (error: unknown): void => {
      if (!(error instanceof Crash)) this.#failures.push(error);
      else if (!life.dead) this.crash();
    };
    this.#engine = new Runtime(
      // How long a turn lasts on this machine must not decide what comes before what.
      {
        ...this.#options,
        limits: { ...this.#options.limits, turn_ms: Infinity },
        clock: this.clock,
        rows: this.rows,
        faults,
      },
      { log: new LivingLog(this.log, life), ledger: new LivingLedger(this.ledger, life), onFailure },
    );
    await this.#engine.start();
  }

  /** Events that reach the log from outside, whether the engine lives or not. */
  async arrive(source: string, position: string, events: readonly SourceEvent[]): Promise<void> {
    const options = { ...this.#options, clock: this.clock };
    await this.log.appendFrom(source, position, encodeSourceEvents(events, options, partitioner(options.partitions)));
  }

  /** Dies at once: nothing is finished, delivered or marked. */
  crash(): void {
    this.#life.dead = true;
    this.#crashed?.();
  }

  /** Runs until nothing is left to do; false when it died on the way. */
  async settle(): Promise<boolean> {
    if (this.#life.dead) return false;
    const death = new Promise<void>((resolve) => {
      this.#crashed = resolve;
    });
    await Promise.race([this.engine.drain(), death]);
    return !this.#life.dead;
  }

  /** Runs to the end through any number of deaths. */
  async survive(): Promise<void> {
    while (!(await this.settle())) await this.start();
  }

  async stop(): Promise<void> {
    await this.#engine?.stop();
  }
}
