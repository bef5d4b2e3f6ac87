/** Lets a source's time pass as fast as its speed says. */
import type { Speed } from '../operations/operations.ts';

/** What a timer can wait at most; longer waits are made of several. */
const longest_timer_ms = 2 ** 31 - 1;

/**
 * A source's own time, set by `speed`: source milliseconds per real millisecond; 0 pauses, `max` never waits.
 *
 * What a source does between two waits counts as waited, so that hours keep their beat; a source that cannot keep up
 * goes on at once, and does not run faster later to make up for it. One caller waits at a time.
 */
export class Pace {
  #speed: Speed;
  #stopped = false;
  /** Source time still to pass before the caller may go on; below zero where the caller is late. */
  #left_ms = 0;
  /** Until when `left_ms` is accounted for, on the monotonic clock; undefined before the first wait. */
  #settled_ms: number | undefined;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #waiting: ((advanced: boolean) => void) | undefined;

  /** @throws RangeError as `setSpeed` does. */
  constructor(speed: Speed) {
    this.#speed = checkSpeed(speed);
  }

  get speed(): Speed {
    return this.#speed;
  }

  /**
   * Changes the speed at once, also of a wait under way.
   * @throws RangeError where the speed is a number below 0 or none.
   */
  setSpeed(speed: Speed): void {
    checkSpeed(speed);
    this.#settle();
    this.#speed = speed;
    this.#look();
  }

  /**
   * Resolves true when `source_ms` more of source time have passed: soon at `max`, never while paused until the speed
   * changes. Resolves false when stopped.
   */
  advance(source_ms: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    if (this.#waiting !== undefined) return Promise.reject(new Error('Pace.advance: a wait is under way already'));
    this.#settle();
    this.#left_ms = Math.max(0, this.#left_ms + source_ms);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#look();
    });
  }

  /** Ends the wait under way and all to come. Safe to call twice. */
  stop(): void {
    this.#stopped = true;
    this.#finish(false);
  }

  /** Takes what has passed since the last look off what is left. */
  #settle(): void {
    const now_ms = performance.now();
    const passed_ms = now_ms - (this.#settled_ms ?? now_ms);
    this.#settled_ms = now_ms;
    if (this.#speed === 'max') this.#left_ms = 0;
    else this.#left_ms -= passed_ms * this.#speed;
  }

  /** Ends the wait where its time has come; looks again when it may have. */
  #look(): void {
    this.#clear();
    if (this.#waiting === undefined) return;
    this.#settle();
    const again = (): void => this.#look();
    if (this.#left_ms <= 0) this.#timer = setImmediate(() => this.#finish(true));
    else if (this.#speed !== 'max' && this.#speed > 0)
      this.#timer = setTimeout(again, Math.min(Math.ceil(this.#left_ms / this.#speed), longest_timer_ms));
  }

  #finish(advanced: boolean): void {
    this.#clear();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(advanced);
  }

  /** A timer's and an immediate's handles are told apart by neither function. */
  #clear(): void {
    clearTimeout(this.#timer as NodeJS.Timeout | undefined);
    clearImmediate(this.#timer as NodeJS.Immediate | undefined);
    this.#timer = undefined;
  }
}

function checkSpeed(speed: Speed): Speed {
  if (speed !== 'max' && !(Number.isFinite(speed) && speed >= 0))
    throw new RangeError(`speed: ${speed} is no speed; give 0 to pause, 1 for real time, a larger number, or max`);
  return speed;
}
