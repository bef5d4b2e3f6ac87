/** One input of a task (a topic's partition) and the order in which a task takes from its inputs. */
import { crc32 } from 'node:zlib';
import { EngineError } from '../errors.ts';
import type { InputCursor } from '../ledger.ts';
import type { Log, LogRecord } from '../ports.ts';
import { rangeNow } from '../read-range.ts';
import { letterOf } from '../dead-letters/sent-back.ts';

export interface InputPlace {
  readonly log: Log;
  readonly partition: number;
  readonly topic: string;
  /** The topic whose schema its records have: a redrive topic carries another topic's events. */
  readonly schemaTopic: string;
  /** Older records of a key may be missing. */
  readonly compacted: boolean;
}

/** Reads one partition ahead of what was taken from it. */
export class Input {
  readonly topic: string;
  readonly schemaTopic: string;
  #buffer: readonly LogRecord[] = [];
  #at = 0;
  /** Offsets of records read ahead before which there is a gap that holds nothing. */
  readonly #afterHole = new Set<number>();
  #next: number;
  #last: LogRecord | undefined;
  #beforeLast: LogRecord | undefined;
  readonly #cursor: InputCursor | undefined;
  readonly #log: Log;
  readonly #partition: number;
  readonly #compacted: boolean;

  constructor({ log, partition, topic, schemaTopic, compacted }: InputPlace, cursor: InputCursor | undefined) {
    this.topic = topic;
    this.schemaTopic = schemaTopic;
    this.#log = log;
    this.#partition = partition;
    this.#compacted = compacted;
    this.#cursor = cursor;
    this.#next = cursor?.offset ?? 0;
  }

  /** Next offset to take. */
  get offset(): number {
    return this.#next;
  }

  /** The record that would be taken next, among those read ahead. */
  peek(): LogRecord | undefined {
    return this.#buffer[this.#at];
  }

  take(): LogRecord | undefined {
    const record = this.#buffer[this.#at];
    if (record === undefined) return undefined;
    if (record.offset !== this.#next && !this.#compacted && !this.#afterHole.has(record.offset))
      throw this.gap(record.offset);
    this.#at++;
    this.#next = record.offset + 1;
    this.#beforeLast = this.#last;
    this.#last = record;
    return record;
  }

  /** That the record at `found` follows what was taken last, with some missing between. */
  gap(found: number): EngineError {
    return new EngineError(
      'log.gap',
      `${this.topic}, partition ${this.#partition}: offset ${this.#next} is missing, the next record is at ${found}`,
      'restore a copy of the data folder, or reset the group (flywheel reset --group)',
    );
  }

  /** That the log ends before `to`, up to which records were taken once. */
  async endsBefore(to: number): Promise<EngineError | undefined> {
    const { end } = await rangeNow(this.#log, this.topic, this.#partition);
    if (this.#compacted && end >= to) return undefined;
    return new EngineError(
      'log.cursor_ahead',
      `${this.topic}, partition ${this.#partition}: records up to ${to} are to be taken again, the log holds them up to ${this.#next}`,
      'restore a copy of the data folder, or reset the group',
    );
  }

  /** Gives back the record taken last; possible once after a `take`. */
  untake(): void {
    if (this.#last === undefined) return;
    this.#at--;
    this.#next = this.#last.offset;
    this.#last = this.#beforeLast;
  }

  /** Reads on when everything read ahead was taken; synchronous where the log is. */
  fill(max_records: number): void | Promise<void> {
    if (this.#at < this.#buffer.length) return;
    const read = this.#log.read(this.topic, this.#partition, this.#next, max_records);
    return read instanceof Promise ? read.then((records) => this.#accept(records)) : this.#accept(read);
  }

  #accept(records: readonly LogRecord[]): void | Promise<void> {
    this.#buffer = records;
    this.#at = 0;
    if (this.#compacted || follow(records, this.#next)) return;
    return this.#lookForHoles(records);
  }

  async #lookForHoles(records: readonly LogRecord[]): Promise<void> {
    this.#afterHole.clear();
    let next = this.#next;
    for (const { offset } of records) {
      const isGap = offset !== next;
      if (isGap && (await this.#log.isHole?.(this.topic, this.#partition, next, offset)) === true)
        this.#afterHole.add(offset);
      next = offset + 1;
    }
  }

  /** Where this input stands now. */
  cursor(): InputCursor {
    return { offset: this.#next, crc: this.#last === undefined ? (this.#cursor?.crc ?? 0) : crc32(this.#last.value) };
  }

  /**
   * Refuses a log that no longer reaches back to the cursor, ends before it, or holds another record where the last
   * one taken was (it was truncated and refilled). An input without a cursor is new, and begins where the log does.
   */
  async verify(): Promise<void> {
    const { start, end } = await rangeNow(this.#log, this.topic, this.#partition);
    if (this.#cursor === undefined) this.#next = start;
    else await this.#verifyCursor(this.#cursor, start, end);
  }

  async #verifyCursor(cursor: InputCursor, start: number, end: number): Promise<void> {
    const place = `${this.topic}, partition ${this.#partition}, offset ${this.#next}`;
    if (this.#next < start)
      throw new EngineError(
        'log.out_of_range',
        `${place}: the log starts at ${start}`,
        'reset the group, which then begins where the log does',
      );
    if (this.#next > end)
      throw new EngineError(
        'log.cursor_ahead',
        `${place}: the log ends at ${end}`,
        'restore a copy of the data folder, or reset the group',
      );
    if (this.#next === 0 || this.#next === start) return;
    const [last] = await this.#log.read(this.topic, this.#partition, this.#next - 1, 1);
    if (last?.offset !== this.#next - 1) return; // compacted away
    if (crc32(last.value) !== cursor.crc)
      throw new EngineError(
        'log.replaced',
        `${place}: the record before the cursor is not the one that was taken`,
        'the log was truncated and refilled; restore a copy of the data folder, or reset the group',
      );
  }
}

/** Whether records, which are in order, have no gap between them nor before the first. */
const follow = (records: readonly LogRecord[], next: number): boolean =>
  records.length === 0 || (records[0]?.offset === next && records.at(-1)?.offset === next + records.length - 1);

/**
 * The order of two records at the heads of two inputs: append time, then topic, then offset. Dead letters that went back
 * at one time keep the order in which they were refused, whatever topics they are of.
 */
function before(a: LogRecord, b: LogRecord): boolean {
  if (a.appended_ms !== b.appended_ms) return a.appended_ms < b.appended_ms;
  if (a.headers !== undefined && b.headers !== undefined) {
    const [one, other] = [letterOf(a), letterOf(b)];
    if (one !== undefined && other !== undefined && one.partition === other.partition && one.offset !== other.offset)
      return one.offset < other.offset;
  }
  return a.topic !== b.topic ? a.topic < b.topic : a.offset < b.offset;
}

/** The input whose head comes first; undefined when none has one. All must have been filled. */
export function earliest<I extends Pick<Input, 'peek'>>(inputs: Iterable<I>): I | undefined {
  let first: I | undefined;
  let head: LogRecord | undefined;
  for (const input of inputs) {
    const candidate = input.peek();
    if (candidate !== undefined && (head === undefined || before(candidate, head))) {
      first = input;
      head = candidate;
    }
  }
  return first;
}
