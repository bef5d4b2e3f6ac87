/**
 * A log whose sources are recorded ones, shown up to a moment that is moved on, under their own offsets and times:
 * what is drawn from coordinates is drawn again. What groups emit is kept in memory until all have taken it.
 */
import { MemoryLog } from '../driver/memory-log.ts';
import type { Clock, Log, LogRange, LogRecord, NewRecord } from '../ports.ts';

const placeOf = (topic: string, partition: number): string => `${topic}|${partition}`;

export class HistoryLog implements Log {
  readonly partitions: number;
  readonly #recorded: Log;
  readonly #shown: Map<string, LogRange>;
  /** Also takes journals. */
  readonly made: MemoryLog;
  readonly #listeners = new Set<(appended: readonly LogRecord[]) => void>();

  private constructor(recorded: Log, shown: Map<string, LogRange>, clock: Clock) {
    this.partitions = recorded.partitions;
    this.#recorded = recorded;
    this.#shown = shown;
    this.made = new MemoryLog(recorded.partitions, clock);
  }

  /** Shows nothing yet of the topics `sources`. */
  static async open(recorded: Log, sources: readonly string[], clock: Clock): Promise<HistoryLog> {
    const shown = new Map<string, LogRange>();
    for (const topic of sources)
      for (let partition = 0; partition < recorded.partitions; partition++) {
        const { start } = await recorded.range(topic, partition);
        shown.set(placeOf(topic, partition), { start, end: start });
      }
    return new HistoryLog(recorded, shown, clock);
  }

  /** Shows these records of the recorded log, which follow those shown before. */
  show(records: readonly LogRecord[]): void {
    for (const { topic, partition, offset } of records) {
      const place = placeOf(topic, partition);
      this.#shown.set(place, { start: this.#shown.get(place)?.start ?? 0, end: offset + 1 });
    }
    for (const listener of this.#listeners) listener(records);
  }

  range(topic: string, partition: number): LogRange {
    return this.#shown.get(placeOf(topic, partition)) ?? this.made.range(topic, partition);
  }

  read(
    topic: string,
    partition: number,
    offset: number,
    max_records: number,
  ): readonly LogRecord[] | Promise<readonly LogRecord[]> {
    const shown = this.#shown.get(placeOf(topic, partition));
    if (shown === undefined) return this.made.read(topic, partition, offset, max_records);
    if (offset >= shown.end) return [];
    const upTo = (records: readonly LogRecord[]): readonly LogRecord[] =>
      (records[records.length - 1]?.offset ?? 0) < shown.end
        ? records
        : records.filter((record) => record.offset < shown.end);
    const read = this.#recorded.read(topic, partition, offset, Math.min(max_records, shown.end - offset));
    return read instanceof Promise ? read.then(upTo) : upTo(read);
  }

  append(records: readonly NewRecord[]): Promise<void> {
    return this.made.append(records);
  }

  appendFrom(source: string, position: string, records: readonly NewRecord[]): Promise<void> {
    return this.made.appendFrom(source, position, records);
  }

  position(source: string): Promise<string | undefined> {
    return this.#recorded.position(source);
  }

  onAppend(listener: (appended: readonly LogRecord[]) => void): () => void {
    this.#listeners.add(listener);
    const stop = this.made.onAppend(listener);
    return () => {
      this.#listeners.delete(listener);
      stop();
    };
  }
}
