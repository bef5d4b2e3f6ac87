/** Walks one partition of a log, one record ahead. */
import type { Log, LogRecord } from '../ports.ts';

const records_a_read = 1_024;

export class Cursor {
  /** Where the log ended when it was opened. */
  readonly end: number;
  readonly #log: Log;
  readonly #topic: string;
  readonly #partition: number;
  #next: number;
  #buffer: readonly LogRecord[] = [];
  #at = 0;
  #last: LogRecord | undefined;

  private constructor(log: Log, topic: string, partition: number, start: number, end: number) {
    this.#log = log;
    this.#topic = topic;
    this.#partition = partition;
    this.#next = start;
    this.end = end;
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

  /** The record that was taken last. */
  get last(): LogRecord | undefined {
    return this.#last;
  }

  /** The next record; undefined at the end. */
  async take(): Promise<LogRecord | undefined> {
    const record = this.peek();
    if (record === undefined) return undefined;
    this.#last = record;
    this.#at++;
    if (this.#at === this.#buffer.length) await this.#fill();
    return record;
  }

  /** The next records that were appended up to and including `until_ms`, UTC epoch milliseconds. */
  takeUntil(until_ms: number, into: LogRecord[]): Promise<void> {
    return this.#takeWhile(({ appended_ms }) => appended_ms <= until_ms, into);
  }

  /** The next records below the offset `to`. */
  takeTo(to: number, into: LogRecord[]): Promise<void> {
    return this.#takeWhile(({ offset }) => offset < to, into);
  }

  async #takeWhile(wanted: (record: LogRecord) => boolean, into: LogRecord[]): Promise<void> {
    for (let record = this.peek(); record !== undefined && wanted(record); record = this.peek()) {
      into.push(record);
      this.#last = record;
      this.#at++;
      if (this.#at === this.#buffer.length) await this.#fill();
    }
  }

  async #fill(): Promise<void> {
    const wanted = Math.min(records_a_read, this.end - this.#next);
    const read = wanted <= 0 ? [] : await this.#log.read(this.#topic, this.#partition, this.#next, wanted);
    this.#buffer = read.filter(({ offset }) => offset < this.end);
    this.#at = 0;
    this.#next = (this.#buffer[this.#buffer.length - 1]?.offset ?? this.#next) + 1;
  }
}
