/** Walks one partition of a log, one record ahead. */
import type { Log, LogRecord } from '../ports.ts';

const records_a_read = 1_024;

export class Cursor {
  readonly #log: Log;
  readonly #topic: string;
  readonly #partition: number;
  readonly #end: number;
  #next: number;
  #buffer: readonly LogRecord[] = [];
  #at = 0;

  private constructor(log: Log, topic: string, partition: number, start: number, end: number) {
    this.#log = log;
    this.#topic = topic;
    this.#partition = partition;
    this.#next = start;
    this.#end = end;
  }

  /** At the oldest record that is kept; it ends where the log ends now. */
  static async open(log: Log, topic: string, partition: number): Promise<Cursor> {
    const { start, end } = await log.range(topic, partition);
    const cursor = new Cursor(log, topic, partition, start, end);
    await cursor.#fill();
    return cursor;
  }

  /** The record that `take` gives next; undefined at the end. */
  peek(): LogRecord | undefined {
    return this.#buffer[this.#at];
  }

  /** The next records that were appended up to and including `until_ms`, UTC epoch milliseconds. */
  async takeUntil(until_ms: number, into: LogRecord[]): Promise<void> {
    for (let record = this.peek(); record !== undefined && record.appended_ms <= until_ms; record = this.peek()) {
      into.push(record);
      this.#at++;
      if (this.#at === this.#buffer.length) await this.#fill();
    }
  }

  async #fill(): Promise<void> {
    const wanted = Math.min(records_a_read, this.#end - this.#next);
    const read = wanted <= 0 ? [] : await this.#log.read(this.#topic, this.#partition, this.#next, wanted);
    this.#buffer = read.filter(({ offset }) => offset < this.#end);
    this.#at = 0;
    this.#next = (this.#buffer[this.#buffer.length - 1]?.offset ?? this.#next) + 1;
  }
}
