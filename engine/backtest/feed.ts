/**
 * What a group takes of a partition when it decides recorded history again: its records in the order in which it took
 * them. In place of a recorded decision of a group that decides again too, it takes what that one decides now.
 */
import type { Batch, ReaderContext, TaskReader } from '../commit-path/batch-reader.ts';
import type { CauseName, LogRecord } from '../ports.ts';
import { schemaTopicOf } from '../dead-letters/sent-back.ts';
import { counterpartKey } from './counterparts.ts';
import type { TakenLines } from './windows.ts';

/** A record as it was taken, and when. */
interface Slot {
  readonly record: LogRecord;
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
}

/** What a feed must know of the other groups. */
export interface Upstream {
  /** Whether a recorded event of this name is decided again: it is not taken as it was. */
  readonly isMade: (topic: string, name: CauseName | undefined) => boolean;
  /** Whether its cause was decided again, so that it is there now, or will never be. */
  readonly isDecided: (record: LogRecord) => boolean;
  /** What is made from now on by groups before this one is made no earlier, UTC epoch milliseconds. */
  readonly settledTo_ms: () => number;
}

const after = ({ offset }: LogRecord): number => offset + 1;

export class Feed implements TaskReader {
  readonly group: string;
  readonly partition: number;
  readonly #upstream: Upstream;
  readonly #hidden: string | null;
  #standsAlone: ReaderContext['standsAlone'] = () => false;
  #batch_records = 1;
  readonly #queue: Slot[] = [];
  #at = 0;
  #ended = false;
  #until_ms = -Infinity;
  /** Made now in place of what was recorded, until its place comes. */
  readonly #arrived = new Map<string, LogRecord>();
  /** Recorded events that were passed although they could still be made. */
  readonly #passed = new Set<string>();
  /** Made now and not recorded, by their times. */
  readonly #extras: LogRecord[] = [];
  /** Next offset to take, by topic. */
  readonly #next: Map<string, number>;
  /** `#next` after the last batch that was decided. */
  #decided: ReadonlyMap<string, number>;
  #batch: Slot[] = [];
  /** When the records of the batch were taken, by topic and offset. */
  #times: ReadonlyMap<string, number> | null = null;
  #forced: 'times' | 'causes' | null = null;

  /** `begins`: oldest offsets that are kept, by topic. `hidden`: a topic that is left out. */
  constructor(
    place: { readonly group: string; readonly partition: number },
    upstream: Upstream,
    begins: ReadonlyMap<string, number>,
    hidden: string | null,
  ) {
    this.group = place.group;
    this.partition = place.partition;
    this.#upstream = upstream;
    this.#hidden = hidden;
    this.#next = new Map(begins);
    this.#decided = begins;
  }

  attach({ standsAlone, batch_records }: ReaderContext): void {
    this.#standsAlone = standsAlone;
    this.#batch_records = batch_records;
  }

  /** What was taken next. `until_ms`: all that was taken up to then is known. */
  add({ lines, ended }: TakenLines, until_ms: number): void {
    this.#queue.splice(0, this.#at);
    this.#at = 0;
    for (const { records, at_ms } of lines) for (const record of records) this.#queue.push({ record, at_ms });
    this.#ended = ended;
    this.#until_ms = until_ms;
  }

  /** A decision that was made now, `isRecorded` where the log has one of its cause. */
  arrive(record: LogRecord, isRecorded: boolean): void {
    const key = counterpartKey(record);
    if (isRecorded && !this.#passed.has(key)) this.#arrived.set(key, record);
    else this.#insert(record);
  }

  #insert(record: LogRecord): void {
    let at = this.#extras.length;
    while (at > 0 && (this.#extras[at - 1]?.appended_ms ?? 0) > record.appended_ms) at--;
    this.#extras.splice(at, 0, record);
  }

  /** What it takes from now on is taken no earlier, UTC epoch milliseconds. */
  get next_ms(): number {
    const follows_ms = this.#ended ? Infinity : this.#until_ms;
    return Math.min(this.#queue[this.#at]?.at_ms ?? follows_ms, this.#extras[0]?.appended_ms ?? Infinity);
  }

  /** How much of what it was given it took or passed. */
  get position(): number {
    return this.#at;
  }

  /** Nothing is left, and nothing follows but what is made now. */
  get ended(): boolean {
    return this.#ended && this.#at === this.#queue.length && this.#extras.length === 0;
  }

  /** Whether a record of an input was decided; undefined where the topic is none. */
  hasDecided(topic: string, offset: number): boolean | undefined {
    const next = this.#decided.get(topic);
    return next === undefined ? undefined : offset < next;
  }

  /** When the record was taken that caused an event of the batch under way, UTC epoch milliseconds. */
  takenAt_ms(topic: string, offset: number): number {
    this.#times ??= new Map(this.#batch.map(({ record, at_ms }) => [`${record.topic}|${record.offset}`, at_ms]));
    return this.#times.get(`${topic}|${offset}`) ?? this.#until_ms;
  }

  /** What the batch made is with those that read it. */
  #settle(): void {
    this.#batch = [];
    this.#times = null;
    this.#decided = new Map(this.#next);
  }

  next(): Promise<Batch | undefined> {
    this.#settle();
    const settled_ms = this.#forced !== null ? Infinity : this.#upstream.settledTo_ms();
    const most = this.#forced !== null ? 1 : this.#batch_records;
    while (this.#batch.length < most) {
      const slot = this.#ready(settled_ms);
      if (slot === undefined) break;
      const alone = this.#standsAlone(slot.record.topic, this.#batch.length);
      if (alone && this.#batch.length > 0) break;
      this.#take(slot);
      if (alone) break;
    }
    this.#forced = null;
    // What was passed is decided as well.
    if (this.#batch.length === 0) this.#settle();
    const records = this.#batch.map(({ record }) => record);
    return Promise.resolve(records.length === 0 ? undefined : { records, ranges: [], redo: null });
  }

  /** What is taken next; undefined where it must be waited for. */
  #ready(settled_ms: number): Slot | undefined {
    const { isMade, isDecided } = this.#upstream;
    for (let slot = this.#queue[this.#at]; slot !== undefined; slot = this.#queue[++this.#at]) {
      const { record, at_ms } = slot;
      if (record.offset < (this.#next.get(record.topic) ?? 0)) continue;
      const [extra] = this.#extras;
      if (extra !== undefined && extra.appended_ms < record.appended_ms) return this.#extra(settled_ms);
      if (settled_ms < record.appended_ms) return undefined;
      if (!isMade(record.topic, record.name) && record.topic !== this.#hidden) return slot;
      const made = this.#arrived.get(counterpartKey(record));
      if (made !== undefined)
        return { record: { ...made, offset: record.offset, appended_ms: record.appended_ms }, at_ms };
      if (record.topic !== this.#hidden && !isDecided(record)) {
        if (this.#forced !== 'causes') return undefined;
        this.#passed.add(counterpartKey(record));
      }
      this.#next.set(record.topic, after(record));
    }
    return this.#ended ? this.#extra(settled_ms) : undefined;
  }

  #extra(settled_ms: number): Slot | undefined {
    const [record] = this.#extras;
    return record === undefined || settled_ms < record.appended_ms ? undefined : { record, at_ms: record.appended_ms };
  }

  #take(slot: Slot): void {
    this.#batch.push(slot);
    const { record } = slot;
    if (record === this.#extras[0]) {
      this.#extras.shift();
      return;
    }
    this.#arrived.delete(counterpartKey(record));
    this.#next.set(record.topic, after(record));
    this.#at++;
  }

  /** The visit of the record taken last goes on: where it went on then, else at once. */
  untake(topic: string): void {
    const slot = this.#batch[this.#batch.length - 1];
    if (slot?.record.topic !== topic) return;
    const { record } = slot;
    const isExtra = record.offset !== (this.#next.get(topic) ?? 0) - 1;
    if (isExtra) {
      this.#extras.unshift(record);
      return;
    }
    this.#next.set(topic, record.offset);
    if (this.#upstream.isMade(record.topic, record.name)) this.#arrived.set(counterpartKey(record), record);
    const goesOn = this.#queue.some(
      ({ record: { topic: again, offset } }, i) => i >= this.#at && again === topic && offset === record.offset,
    );
    if (!goesOn) this.#at--;
  }

  /**
   * Where groups wait for each other: one record is taken whatever may still be made with an earlier time, and if `causes`
   * is set, as if nothing more were made in place of what was recorded.
   */
  force(causes: boolean): void {
    this.#forced = causes ? 'causes' : 'times';
  }

  cursors(): Readonly<Record<string, never>> {
    return {};
  }

  offsetIn(topic: string): number {
    return this.#next.get(topic) ?? 0;
  }

  offsets(): ReadonlyMap<string, number> {
    return this.#next;
  }

  noticeRedrive(): void {
    // What went back is not played: perhaps it would not have been refused.
  }

  schemaTopic(topic: string): string {
    return schemaTopicOf(topic);
  }
}
