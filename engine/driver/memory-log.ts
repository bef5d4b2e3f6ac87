/** A log in memory: for the driver, and as the reference that other logs are compared with. */
import type { Clock, Log, LogRange, LogRecord, NewRecord } from '../ports.ts';

export class MemoryLog implements Log {
  readonly partitions: number;
  readonly #clock: Clock;
  readonly #records = new Map<string, LogRecord[]>();
  readonly #positions = new Map<string, string>();
  readonly #listeners = new Set<(appended: readonly LogRecord[]) => void>();

  constructor(partitions: number, clock: Clock) {
    this.partitions = partitions;
    this.#clock = clock;
  }

  #of(topic: string, partition: number): LogRecord[] {
    const place = `${topic}|${partition}`;
    let records = this.#records.get(place);
    if (records === undefined) {
      records = [];
      this.#records.set(place, records);
    }
    return records;
  }

  range(topic: string, partition: number): LogRange {
    return { start: 0, end: this.#of(topic, partition).length };
  }

  read(topic: string, partition: number, offset: number, max_records: number): readonly LogRecord[] {
    return this.#of(topic, partition).slice(offset, offset + max_records);
  }

  append(records: readonly NewRecord[]): Promise<void> {
    this.appendNow(records);
    return Promise.resolve();
  }

  /** `append` that is done when it returns, so that a commit can include it. */
  appendNow(records: readonly NewRecord[]): void {
    const appended_ms = this.#clock.now_ms();
    const appended = records.map((record) => {
      const to = this.#of(record.topic, record.partition);
      const stored: LogRecord = { ...record, offset: to.length, appended_ms };
      to.push(stored);
      return stored;
    });
    for (const listener of this.#listeners) listener(appended);
  }

  appendFrom(source: string, position: string, records: readonly NewRecord[]): Promise<void> {
    this.#positions.set(source, position);
    return this.append(records);
  }

  position(source: string): Promise<string | undefined> {
    return Promise.resolve(this.#positions.get(source));
  }

  onAppend(listener: (appended: readonly LogRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  topics(): readonly string[] {
    return [...new Set([...this.#records.keys()].map((place) => place.slice(0, place.lastIndexOf('|'))))];
  }
}
