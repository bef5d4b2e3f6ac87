/**
 * Turns of the event loop for who has much to do. Everybody who waits for `setImmediate` is called in one turn, and all
 * else in the process (requests, timers, answers of stores) waits until the last of them is done: with two hundred tasks
 * that is a tenth of a second. Here a turn ends when it has lasted for long enough, and the next in line come after what
 * the loop has for others.
 */

export class Turns {
  readonly #turn_ms: number;
  readonly #now_ms: () => number;
  #waiting: (() => void)[] = [];
  #isRunning = false;

  /** @param turn_ms how long a turn lasts; what one that began in time takes comes on top */
  constructor(turn_ms: number, now_ms: () => number = () => performance.now()) {
    this.#turn_ms = turn_ms;
    this.#now_ms = now_ms;
  }

  /** Resolves when it is the caller's turn, in the order in which they asked. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#isRunning) return;
      this.#isRunning = true;
      setImmediate(() => void this.#run());
    });
  }

  /** Who asks meanwhile waits for the next turn, however little of this one is over. */
  async #run(): Promise<void> {
    const end_ms = this.#now_ms() + this.#turn_ms;
    const waiting = this.#waiting;
    this.#waiting = [];
    let at = 0;
    do {
      waiting[at++]?.();
      // What it does before it waits for something is done when this goes on.
      await Promise.resolve();
    } while (at < waiting.length && this.#now_ms() < end_ms);
    this.#waiting = [...waiting.slice(at), ...this.#waiting];
    if (this.#waiting.length > 0) setImmediate(() => void this.#run());
    else this.#isRunning = false;
  }
}
