/** Groups that decide recorded history again, in memory, through the same path as the first time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { runBatch } from '../commit-path/commit-path.ts';
import { HandClock } from '../driver/driver.ts';
import { MemoryTaskLedger } from '../driver/memory-ledger.ts';
import type { EngineEvent } from '../engine.ts';
import type { Ledger } from '../ledger.ts';
import { defaultLimits, type EngineOptions, type SeenFilter, type Versioned } from '../options.ts';
import type { CauseName, Log, LogRecord, NewRecord } from '../ports.ts';
import { readOnly } from '../state/rebuild.ts';
import { Runtime } from '../runtime.ts';
import { Task } from '../commit-path/task.ts';
import { Watermarks } from '../commit-path/watermarks.ts';
import type { Counterparts } from './counterparts.ts';
import type { Coverage } from './coverage.ts';
import { Feed, type Upstream } from './feed.ts';
import { takenLog } from './history-log.ts';
import type { Window } from './windows.ts';

export interface HistoryRunOptions {
  /** What the history was decided with. */
  readonly options: EngineOptions;
  readonly log: Log;
  readonly coverage: Coverage;
  /** Of the topics between the groups. */
  readonly counterparts: Counterparts;
  /** Null: the policies that the history itself brings; else this one throughout. */
  readonly policy: Versioned | null;
}

interface Player {
  readonly feed: Feed;
  readonly task: Task;
  readonly reads: ReadonlySet<string>;
}

const placeOf = (group: string, partition: number): string => `${group}|${partition}`;

export class HistoryRun {
  /** Answers what is asked of an engine at rest. */
  readonly engine: Runtime;
  readonly #options: HistoryRunOptions;
  /** Groups that decide. */
  readonly #covered: ReadonlySet<string>;
  readonly #players = new Map<string, Player>();
  readonly #ledgers = new Map<string, MemoryTaskLedger>();
  readonly #made: LogRecord[] = [];
  /** Next offset of what is made, by topic and partition: behind what is recorded. */
  readonly #ends = new Map<string, number>();
  #failure: unknown;

  private constructor(options: HistoryRunOptions) {
    this.#options = options;
    this.#covered = new Set(options.coverage.processors.map(({ wiring }) => wiring.group));
    const { topology, policy, rows: _rows, faults: _faults, observe: _observe, ...same } = options.options;
    const ledger: Ledger = { task: (group, partition) => this.#ledgers.get(placeOf(group, partition)) ?? empty };
    const empty = new MemoryTaskLedger();
    this.engine = new Runtime(
      {
        ...same,
        rows: { send: () => Promise.resolve() },
        clock: new HandClock(0),
        topology: { topics: topology.topics, processors: options.coverage.processors },
        policy: options.policy === null ? policy : { ...policy, initial: options.policy },
      },
      { log: takenLog(options.log, (topic, partition) => this.#takenTo(topic, partition)), ledger },
    );
  }

  static async start(options: HistoryRunOptions): Promise<HistoryRun> {
    const run = new HistoryRun(options);
    await run.#open();
    return run;
  }

  async #open(): Promise<void> {
    const { log, coverage } = this.#options;
    for (const topic of coverage.made)
      for (let partition = 0; partition < log.partitions; partition++)
        this.#ends.set(placeOf(topic, partition), (await log.range(topic, partition)).end);
    for (const { wiring } of coverage.processors)
      for (let partition = 0; partition < log.partitions; partition++) await this.#openTask(wiring.group, partition);
  }

  async #openTask(group: string, partition: number): Promise<void> {
    const { options, log, policy } = this.#options;
    const { engine } = this;
    const processor = engine.processor(group);
    const reads = new Set([...processor.wiring.reads.map(({ name }) => name), options.policy.topic]);
    const begins = new Map<string, number>();
    for (const topic of reads) begins.set(topic, (await log.range(topic, partition)).start);
    const hidden = policy === null ? null : options.policy.topic;
    const upstream = this.#upstreamOf(group);
    const feed = new Feed({ group, partition }, upstream, begins, hidden);
    const ledger = new MemoryTaskLedger();
    this.#ledgers.set(placeOf(group, partition), ledger);
    const task = new Task({
      options: engine.options,
      limits: { ...defaultLimits, ...options.limits, outbox_bytes: Number.MAX_SAFE_INTEGER },
      log: readOnly(log, (records) => this.#take(feed, records)),
      processor,
      partition,
      ledger,
      partitionOf: engine.partitionOf,
      feed: (context) => {
        feed.attach(context);
        return { reader: feed, seen: seenApart(upstream.isMade) };
      },
      wake: () => undefined,
      fail: (error) => (this.#failure ??= error),
    });
    this.#players.set(placeOf(group, partition), { feed, task, reads });
    await task.open();
  }

  #upstreamOf(group: string): Upstream {
    const { coverage } = this.#options;
    const made = new Set(coverage.made);
    const before = groupsBefore(coverage, group);
    return {
      isMade: (topic, name) => name !== undefined && made.has(topic) && this.#covered.has(name.group),
      isDecided: ({ name }) => name === undefined || this.hasDecided(name) || this.#hasEnded(name),
      settledTo_ms: () => {
        let settled_ms = Infinity;
        for (const { feed } of this.#players.values())
          if (before.has(feed.group)) settled_ms = Math.min(settled_ms, feed.next_ms);
        return settled_ms;
      },
    };
  }

  /** Whether the record of this name was decided again, or is none that its group takes when it decides again. */
  hasDecided({ group, partition, topic, offset }: CauseName): boolean {
    return this.#players.get(placeOf(group, partition))?.feed.hasDecided(topic, offset) ?? true;
  }

  #hasEnded({ group, partition }: CauseName): boolean {
    return this.#players.get(placeOf(group, partition))?.feed.ended ?? true;
  }

  #takenTo(topic: string, partition: number): number | undefined {
    let to: number | undefined;
    for (const { feed, reads } of this.#players.values())
      if (feed.partition === partition && reads.has(topic)) to = Math.max(to ?? 0, feed.offsets().get(topic) ?? 0);
    return to;
  }

  /** Gives what a group made to those that read it. */
  #take(from: Feed, records: readonly NewRecord[]): void {
    const { coverage, counterparts, options } = this.#options;
    for (const record of records) {
      const { topic, partition, name } = record;
      if (name === undefined || !(coverage.made.includes(topic) || topic === options.deadLetters.topic)) continue;
      const place = placeOf(topic, partition);
      const offset = this.#ends.get(place) ?? 0;
      this.#ends.set(place, offset + 1);
      const made: LogRecord = { ...record, offset, appended_ms: from.takenAt_ms(name.topic, name.offset) };
      this.#made.push(made);
      if (!coverage.between.includes(topic)) continue;
      const isRecorded = counterparts.has(record);
      for (const { feed, reads } of this.#players.values())
        if (feed.partition === partition && reads.has(topic)) feed.arrive(made, isRecorded);
    }
  }

  /** What the groups emit in a window, dead letters included, by its times. Rejects when a group stopped. */
  async take({ taken, until_ms }: Window): Promise<readonly EngineEvent[]> {
    for (const lines of taken) this.#players.get(placeOf(lines.group, lines.partition))?.feed.add(lines, until_ms);
    for (;;) {
      let goesOn = false;
      for (const player of this.#players.values()) if (await this.#decide(player)) goesOn = true;
      if (goesOn) continue;
      // Nothing comes any more that those who still wait could be waiting for, but each other.
      if (until_ms < Infinity || !((await this.#forced(false)) || (await this.#forced(true)))) break;
    }
    const made = this.#made.splice(0).sort((a, b) => a.appended_ms - b.appended_ms);
    return made.map((record) => this.engine.decoded(record));
  }

  /** Whether a group could go on. */
  async #decide({ task, feed }: Player): Promise<boolean> {
    const before = feed.position;
    for (let batches = 0; ; batches++) {
      const isTaken = await runBatch(task);
      while (!task.deliverer.idle) await nextTurn();
      if (this.#failure !== undefined)
        throw this.#failure instanceof Error ? this.#failure : new Error(String(this.#failure));
      if (!isTaken) return batches > 0 || feed.position > before;
    }
  }

  /** Lets one group go on of those that wait for each other, the earliest that can. False: none does. */
  async #forced(causes: boolean): Promise<boolean> {
    const waiting = [...this.#players.values()].filter(({ feed }) => !feed.ended);
    waiting.sort((a, b) => a.feed.next_ms - b.feed.next_ms);
    for (const player of waiting) {
      player.feed.force(causes);
      if (await this.#decide(player)) return true;
    }
    return false;
  }

  async stop(): Promise<void> {
    for (const { task } of this.#players.values()) await task.close();
  }
}

/** Groups whose decisions come to a group, over however many others. */
function groupsBefore({ processors }: Coverage, group: string): ReadonlySet<string> {
  const before = new Set<string>();
  const read = new Set(processors.find(({ wiring }) => wiring.group === group)?.wiring.reads.map(({ name }) => name));
  for (let known = -1; known < before.size;) {
    known = before.size;
    for (const { wiring } of processors) {
      if (before.has(wiring.group) || !wiring.emits.some(({ name }) => read.has(name))) continue;
      before.add(wiring.group);
      for (const { name } of wiring.reads) read.add(name);
    }
  }
  before.delete(group);
  return before;
}

/** What came twice counts once; what is decided again comes once, at the place of what was recorded. */
function seenApart(isMade: (topic: string, name: CauseName) => boolean): SeenFilter {
  const marks = new Watermarks({});
  return {
    seen: (topic, name) => !isMade(topic, name) && marks.seen(topic, name),
    stored: () => ({}),
  };
}
