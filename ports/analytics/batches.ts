/** Gathers encoded rows per table until there are enough of them, or the first has waited long enough. */
import type { BatchLimits } from './port.ts';

/** Rows of one table on their way to the store. */
export interface Batch<Body> {
  readonly table: string;
  readonly body: Body;
  readonly rows: number;
}

export interface BatchOptions<Body> {
  readonly limits: BatchLimits;
  /** Inserts under way at most, of all tables. */
  readonly at_once: number;
  /** Takes what a table has gathered. */
  take(table: string): Body;
  insert(batch: Batch<Body>): Promise<void>;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

interface Waiting {
  rows: number;
  waiters: Waiter[];
  timer: NodeJS.Timeout | undefined;
}

/**
 * One insert per table is under way at a time, and of all tables so many as the store takes; what arrives meanwhile
 * makes the next one, so that a slow store gets larger inserts and not more of them.
 */
export class Batches<Body> {
  readonly #options: BatchOptions<Body>;
  readonly #waiting = new Map<string, Waiting>();
  readonly #underway = new Map<string, Promise<void>>();
  /** Tables whose time has come while the store had enough to do, in that order. */
  readonly #due = new Set<string>();

  constructor(options: BatchOptions<Body>) {
    this.#options = options;
  }

  /** Resolves when the rows that were just gathered for the table are inserted; rejects when their insert failed. */
  added(table: string, rows: number): Promise<void> {
    let waiting = this.#waiting.get(table);
    if (waiting === undefined) {
      waiting = { rows: 0, waiters: [], timer: undefined };
      this.#waiting.set(table, waiting);
    }
    const { waiters } = waiting;
    waiting.rows += rows;
    const { enough_rows, max_age_ms } = this.#options.limits;
    if (waiting.rows >= enough_rows) this.#flush(table);
    else waiting.timer ??= setTimeout(() => this.#flush(table), max_age_ms);
    return new Promise((resolve, reject) => waiters.push({ resolve, reject }));
  }

  #flush(table: string): void {
    const waiting = this.#waiting.get(table);
    if (waiting === undefined || this.#underway.has(table)) return;
    clearTimeout(waiting.timer);
    if (this.#underway.size >= this.#options.at_once) return void this.#due.add(table);
    this.#due.delete(table);
    this.#waiting.delete(table);
    const body = this.#options.take(table);
    const inserting = this.#insert({ table, body, rows: waiting.rows }, waiting).finally(() => {
      this.#underway.delete(table);
      // Its time may have come while this one was under way; those that wait for the store come first.
      const [next = table] = this.#due;
      if (this.#waiting.has(table) && next !== table) this.#due.add(table);
      this.#flush(next);
    });
    this.#underway.set(table, inserting);
  }

  /** Waiters are added in the turn in which rows are: when the first await is over, all of this batch are there. */
  async #insert(batch: Batch<Body>, { waiters }: Waiting): Promise<void> {
    try {
      await this.#options.insert(batch);
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      for (const { reject } of waiters) reject(error);
    }
  }

  /** Inserts all that waits. */
  async drain(): Promise<void> {
    while (this.#waiting.size > 0 || this.#underway.size > 0) {
      for (const table of [...this.#waiting.keys()]) this.#flush(table);
      await Promise.all(this.#underway.values());
    }
  }
}
