/** Fetches what comes after the end of followed partitions as it comes, one waiting fetch a broker. */
import type { EngineError } from '../../errors.ts';
import type { Fetched, Fetcher, Outcome, Wanted } from './fetcher.ts';

export interface TailOptions {
  readonly fetcher: Fetcher;
  /** What to wait for now: the end of every followed partition. */
  readonly wanted: () => readonly Wanted[];
  readonly onFetched: (fetched: readonly Fetched[]) => Promise<void> | undefined;
  /** The log does not hold what should come next in a partition, of which nothing more is to be wanted. */
  readonly onBroken: (topic: string, partition: number, error: EngineError) => void;
  /** A fetch failed; it is tried again after the pause. */
  readonly onTrouble: (error: unknown) => void;
  readonly pause_ms: number;
}

export class Tail {
  readonly #options: TailOptions;
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(options: TailOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There may be something new to wait for. */
  wake(): void {
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const wanted = this.#options.wanted();
      if (wanted.length === 0) await this.#idle();
      else await this.#turn(wanted);
    }
  }

  async #turn(wanted: readonly Wanted[]): Promise<void> {
    const { fetcher, onFetched, onBroken, onTrouble } = this.#options;
    try {
      // Brokers are waited for side by side, and none for another: whose records are there is handed on at once.
      const turns = [...fetcher.byLeader(wanted)].map(async ([leader, own]) => {
        const outcomes = await fetcher.fetch(leader, own);
        if (outcomes.some(hasMoved)) await fetcher.refresh();
        const learning = onFetched(outcomes.filter(isFetched));
        if (learning !== undefined) await learning;
        for (const one of outcomes) if ('broken' in one) onBroken(one.topic, one.partition, one.broken);
      });
      await Promise.all(turns);
    } catch (error) {
      if (this.#stopped) return;
      onTrouble(error);
      await this.#idle();
      await fetcher.refresh().catch(onTrouble);
    }
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.pause_ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

export const isFetched = (outcome: Outcome): outcome is Fetched => 'records' in outcome;
const hasMoved = (outcome: Outcome): boolean => 'moved' in outcome;
