/** A log in memory: for the driver, and as the reference that other logs are compared with. */
import type { Clock, Log, LogRange, LogRecord, NewRecord } from '../ports.ts';

/** Records of a partition from offset `start` on. */
interface Kept {
  start: number;
  records: LogRecord[];
}

export class MemoryLog implements Log {
  readonly partitions: number;
  readonly #clock: Clock;
  readonly #records = new Map<string, Kept>();
  readonly #positions = new Map<string, string>();
  readonly #listeners = new Set<(appended: readonly LogRecord[]) => void>();

  constructor(partitions: number, clock: Clock) {
    this.partitions = partitions;
    this.#clock = clock;
  }

  #of(topic: string, partition: number): Kept {
    const place = `${topic}|${partition}`;
    let kept = this.#records.get(place);
    if (kept === undefined) {
      kept = { start: 0, records: [] };
      this.#records.set(place, kept);
    }
    return kept;
  }

  range(topic: string, partition: number): LogRange {
    const { start, records } = this.#of(topic, partition);
    return { start, end: start + records.length };
  }

  read(topic: string, partition: number, offset: number, max_records: number): readonly LogRecord[] {
    const { start, records } = this.#of(topic, partition);
    const from = Math.max(0, offset - start);
    return records.slice(from, from + max_records);
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
      const stored: LogRecord = { ...record, offset: to.start + to.records.length, appended_ms };
      to.records.push(stored);
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

  /** Drops all records, once every reader has taken them; offsets go on. */
  forget(): void {
    for (const kept of this.#records.values()) {
      kept.start += kept.records.length;
      kept.records = [];
    }
  }

  topics(): readonly string[] {
    return [...new Set([...this.#records.keys()].map((place) => place.slice(0, place.lastIndexOf('|'))))];
  }
}
