/** The engine's clock: real time, unless a source brings a time of its own. */
import type { Clock } from '../../engine/ports.ts';

/** A clock that a source moves, so that records are stamped in the source's time. */
export interface SettableClock extends Clock {
  /** From now on it is `now_ms`, UTC epoch milliseconds, until it is set again. */
  set(now_ms: number): void;
}

export class SourceClock implements SettableClock {
  #now_ms: number | undefined;

  now_ms(): number {
    return this.#now_ms ?? Date.now();
  }

  set(now_ms: number): void {
    this.#now_ms = now_ms;
  }
}
