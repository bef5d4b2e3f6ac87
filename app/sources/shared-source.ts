/**
 * A source that one instance plays at a time: whoever has the part plays, the others stand by and take over where the
 * log says that it was left.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSource } from '../assemble.ts';
import type { SourceStatus, Speed } from '../operations/operations.ts';
import type { Logger } from '../observe/logger.ts';
import { Playing } from './playing.ts';

/** The part, as the instances share it. */
export interface Part {
  take(): Promise<boolean>;
  renew(): Promise<boolean>;
  giveUp(): Promise<void>;
}

export interface SharedSourceOptions {
  readonly part: Part;
  /** Opens the source where the log says it is now. */
  readonly open: () => Promise<RunningSource>;
  readonly logger: Logger;
  /** Between two looks whether the part is free, and between renewals, milliseconds. */
  readonly look_ms: number;
}

export async function sharedSource(options: SharedSourceOptions): Promise<RunningSource> {
  return new SharedSource(options, await options.open());
}

class SharedSource implements RunningSource {
  readonly #options: SharedSourceOptions;
  readonly #playing = new Playing();
  readonly #stopping = new AbortController();
  #source: RunningSource;
  /** Whether this instance plays. */
  #plays = false;

  constructor(options: SharedSourceOptions, source: RunningSource) {
    this.#options = options;
    this.#source = source;
  }

  get policy(): object {
    return this.#source.policy ?? {};
  }

  get platform(): NonNullable<RunningSource['platform']> | undefined {
    return this.#plays || this.#source.asked_by_all === true ? this.#source.platform : undefined;
  }

  get reported(): NonNullable<RunningSource['reported']> | undefined {
    return this.#plays ? this.#source.reported?.bind(this.#source) : undefined;
  }

  /** Told to an instance that stands by, it does nothing: whoever plays reads the account when it is due. */
  notice(account_id: string): void {
    if (this.#plays) this.#source.notice?.(account_id);
  }

  get asked_by_all(): boolean {
    return this.#source.asked_by_all === true;
  }

  status(): SourceStatus {
    const status = this.#source.status();
    return this.#plays ? status : { ...status, name: `${status.name} (stands by)`, progress: null, finished: false };
  }

  setSpeed(speed: Speed): void {
    this.#source.setSpeed(speed);
  }

  trueRate(ad_id: string): number | null {
    return this.#source.trueRate(ad_id);
  }

  play(): Promise<void> {
    return this.#playing.begin(() => this.#play());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#source.stop();
    await this.#playing.ended();
  }

  async #play(): Promise<void> {
    const { part, open, logger } = this.#options;
    while (!this.#stopping.signal.aborted) {
      if (!(await this.#asked(() => part.take()))) {
        await this.#wait();
        continue;
      }
      // What was opened before may have been played on by another instance meanwhile.
      const before = this.#source;
      this.#source = await open();
      await before.stop();
      this.#plays = true;
      logger.info({ source: this.#source.status().name }, 'this instance plays the source');
      try {
        if (await this.#playWhileHeld()) return;
      } finally {
        this.#plays = false;
        await this.#asked(() => part.giveUp().then(() => true));
      }
      logger.warn('another instance plays the source now');
    }
  }

  /** False when the part was lost. */
  async #playWhileHeld(): Promise<boolean> {
    const { part } = this.#options;
    let held = true;
    const source = this.#source;
    const timer = setInterval(() => {
      void part.renew().then(
        (renewed) => {
          held = renewed;
          if (!renewed) void source.stop();
        },
        // Redis is away: the part runs out by itself where it stays so, and nothing can be published meanwhile.
        () => undefined,
      );
    }, this.#options.look_ms);
    try {
      await source.play();
      return held;
    } finally {
      clearInterval(timer);
    }
  }

  async #asked(ask: () => Promise<boolean>): Promise<boolean> {
    try {
      return await ask();
    } catch (error) {
      this.#options.logger.warn({ error: String(error) }, 'who plays the source cannot be asked');
      return false;
    }
  }

  async #wait(): Promise<void> {
    await sleep(this.#options.look_ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
