/** Groups that decide recorded history again, in memory, through the same path as the first time. */
import { HandClock } from '../driver/driver.ts';
import { MemoryLedger } from '../driver/memory-ledger.ts';
import type { EngineEvent } from '../engine.ts';
import type { EngineOptions, Versioned } from '../options.ts';
import type { Log, LogRecord } from '../ports.ts';
import { Runtime } from '../runtime.ts';
import type { Coverage } from './coverage.ts';
import { HistoryLog } from './history-log.ts';
import type { Step } from './steps.ts';

export interface HistoryRunOptions {
  /** What the history was decided with. */
  readonly options: EngineOptions;
  readonly log: Log;
  readonly coverage: Coverage;
  /** Null: the policies that the history itself brings; else this one throughout. */
  readonly policy: Versioned | null;
}

export class HistoryRun {
  readonly engine: Runtime;
  readonly #log: HistoryLog;
  readonly #clock: HandClock;
  readonly #hidden: string | null;
  readonly #made: LogRecord[] = [];
  #failure: unknown;

  private constructor(engine: Runtime, log: HistoryLog, clock: HandClock, hidden: string | null) {
    this.engine = engine;
    this.#log = log;
    this.#clock = clock;
    this.#hidden = hidden;
  }

  static async start({ options, log: recorded, coverage, policy }: HistoryRunOptions): Promise<HistoryRun> {
    const { rows: _rows, faults: _faults, ...same } = options;
    const clock = new HandClock(0);
    const policy_topic = same.policy.topic;
    const sources = policy === null ? [...coverage.sources, policy_topic] : coverage.sources;
    const log = await HistoryLog.open(recorded, sources, clock);
    const topology = { topics: same.topology.topics, processors: coverage.processors };
    const engine = new Runtime(
      {
        ...same,
        topology,
        clock,
        policy: policy === null ? same.policy : { ...same.policy, initial: policy },
        rows: { send: () => Promise.resolve() },
      },
      { log, ledger: new MemoryLedger(log.made), onFailure: (error) => run.#fail(error) },
    );
    const run: HistoryRun = new HistoryRun(engine, log, clock, policy === null ? null : policy_topic);
    const wanted = new Set([...coverage.made, same.deadLetters.topic]);
    log.made.onAppend((appended) => run.#made.push(...appended.filter(({ topic }) => wanted.has(topic))));
    await engine.start();
    return run;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** What the groups emit on a step, dead letters included. Rejects when a group stopped. */
  async take({ records, at_ms }: Step): Promise<readonly EngineEvent[]> {
    this.#clock.set(at_ms);
    this.#log.show(this.#hidden === null ? records : records.filter(({ topic }) => topic !== this.#hidden));
    await this.engine.drain();
    if (this.#failure !== undefined)
      throw this.#failure instanceof Error ? this.#failure : new Error(String(this.#failure));
    this.#log.made.forget();
    return this.#made.splice(0).map((record) => this.engine.decoded(record));
  }

  stop(): Promise<void> {
    return this.engine.stop();
  }
}
