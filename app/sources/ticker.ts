/**
 * The clock of a folder that has no source with a time of its own: one tick for each hour of real time that has ended,
 * named by the hour, so that a second start or a retry says the same. Hours missed while nothing ran are told once each.
 */
import type { Runtime } from '../../engine/runtime.ts';
import { hour_ms } from '../../schemas/values.ts';
import type { RunningSource } from '../assemble.ts';
import type { SourceStatus, Speed } from '../operations/operations.ts';
import { Playing } from './playing.ts';

/** Name of the source in the log. */
const source_name = 'ticker';

/** Ticks appended at once after a long time without a run. */
const most_at_once = 24 * 7;

export interface TickerOptions {
  readonly engine: Pick<Runtime, 'publish' | 'log'>;
  /** Real time. */
  readonly now_ms: () => number;
}

/** Finds the last hour that the folder was told; a new folder begins with the hour that ended last. */
export async function openTicker(options: TickerOptions): Promise<RunningSource> {
  const stored = await options.engine.log.position(source_name);
  const next_ms = stored === undefined ? startOfHour(options.now_ms()) - hour_ms : Number(stored) + hour_ms;
  return new Ticker(options, next_ms);
}

const startOfHour = (time_ms: number): number => Math.floor(time_ms / hour_ms) * hour_ms;

class Ticker implements RunningSource {
  readonly #options: TickerOptions;
  /** Start of the hour to be told next. */
  #next_ms: number;
  #ticks = 0;
  readonly #playing = new Playing();
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor(options: TickerOptions, next_ms: number) {
    this.#options = options;
    this.#next_ms = next_ms;
  }

  status(): SourceStatus {
    return {
      kind: 'none',
      name: 'no source',
      speed: 1,
      clock_ms: null,
      progress: null,
      events_total: this.#ticks,
      finished: false,
      accounts: [],
    };
  }

  /** Real time has one speed. */
  setSpeed(_speed: Speed): void {
    return undefined;
  }

  trueRate(): null {
    return null;
  }

  play(): Promise<void> {
    return this.#playing.begin(() => this.#play());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#playing.ended();
  }

  async #play(): Promise<void> {
    while (!this.#stopped) {
      await this.#tell();
      await this.#wait(this.#next_ms + hour_ms - this.#options.now_ms());
    }
  }

  /** Appends a tick for each hour that has ended. */
  async #tell(): Promise<void> {
    const hours: number[] = [];
    const ended_ms = this.#options.now_ms() - hour_ms;
    for (let at = this.#next_ms; at <= ended_ms && hours.length < most_at_once; at += hour_ms) hours.push(at);
    const last_ms = hours.at(-1);
    if (last_ms === undefined) return;
    const events = hours.map((at) => ({ topic: 'tick.hourly', value: { hour_ms: at } }));
    await this.#options.engine.publish({ source: source_name, position: String(last_ms), events });
    this.#next_ms = last_ms + hour_ms;
    this.#ticks += hours.length;
  }

  #wait(wait_ms: number): Promise<void> {
    if (this.#stopped || wait_ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait_ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
