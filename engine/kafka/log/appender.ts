/**
 * Appends records, one send at a time: kafkajs loses data with two in flight on one producer. What is asked for while one
 * is under way goes together in the next, so that many groups and partitions do not wait for each other one by one.
 */
import { CompressionTypes, type Producer, type RecordMetadata, type TopicMessages } from 'kafkajs';
import { EngineError } from '../../errors.ts';
import type { LogRecord, NewRecord } from '../../ports.ts';
import { batchMessage } from '../wire/produce-request.ts';
import { recordBatch } from '../wire/encode-batch.ts';

export interface AppendLimits {
  /** Bytes of one send to one partition, below what a broker takes as one batch. */
  readonly send_bytes: number;
  /** How long a send may take, milliseconds, all retries of the client included. */
  readonly send_within_ms: number;
}

/** An append that waits for its turn. */
interface Waiting {
  readonly records: readonly NewRecord[];
  readonly resolve: (stored: readonly LogRecord[]) => void;
  readonly reject: (error: unknown) => void;
}

export class Appender {
  readonly #producer: Producer;
  readonly #limits: AppendLimits;
  readonly #waiting: Waiting[] = [];
  #isSending = false;

  readonly #prefix: string;
  readonly #stamp: (() => number) | null;

  /**
   * @param prefix before the names of topics on the brokers
   * @param stamp the time that records get; null where the broker gives it
   */
  constructor(producer: Producer, limits: AppendLimits, prefix: string, stamp: (() => number) | null) {
    this.#producer = producer;
    this.#limits = limits;
    this.#prefix = prefix;
    this.#stamp = stamp;
  }

  /**
   * Resolves when all in-sync replicas have all of it, with what the broker made of it. Rejects when a send failed or took
   * too long: some of it may be in the log, and is there twice when it is sent again, which readers notice by its names.
   */
  append(records: readonly NewRecord[]): Promise<readonly LogRecord[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (!this.#isSending) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    // All that is asked for in this turn of the event loop goes together, also by tasks that are called one by one in it.
    await new Promise(setImmediate);
    for (let together = this.#next(); together.length > 0; together = this.#next())
      if (!(await this.#sendTogether(together)) && together.length > 1)
        // One of them may be to blame, such as a record that is too large: each gets its own answer.
        for (const one of together) await this.#sendTogether([one]);
    this.#isSending = false;
  }

  /** The appends that go next: the first that waits, and those behind it that fit into the same send. */
  #next(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { records } of this.#waiting) {
      for (const record of records) bytes += bytesOf(record);
      if (count > 0 && bytes > this.#limits.send_bytes) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /** Settles them when they are stored, or when a single one failed; false where several failed together. */
  async #sendTogether(together: readonly Waiting[]): Promise<boolean> {
    try {
      const appended = await this.#store(together.flatMap(({ records }) => records));
      let from = 0;
      for (const { records, resolve } of together) resolve(appended.slice(from, (from += records.length)));
      return true;
    } catch (error) {
      if (together.length === 1) together[0]?.reject(error);
      return false;
    }
  }

  async #store(records: readonly NewRecord[]): Promise<readonly LogRecord[]> {
    const appended: LogRecord[] = [];
    const stamp_ms = this.#stamp?.() ?? null;
    for (const part of parts(records, this.#limits.send_bytes)) {
      const places = grouped(part);
      noteOffsets(places, await this.#send(places, part.length, stamp_ms), this.#prefix, stamp_ms);
      for (const one of stored(part, places)) appended.push(one);
    }
    return appended;
  }

  async #send(places: Places, count: number, stamp_ms: number | null): Promise<readonly RecordMetadata[]> {
    const written_ms = stamp_ms ?? Date.now();
    const topicMessages: TopicMessages[] = [...places].map(([topic, own]) => ({
      topic: this.#prefix + topic,
      messages: [...own].map(([partition, { records }]) => batchMessage(partition, recordBatch(records, written_ms))),
    }));
    const { send_within_ms } = this.#limits;
    const sending = this.#producer.sendBatch({ topicMessages, acks: -1, compression: CompressionTypes.None });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const what = `no broker has confirmed ${count} records within ${send_within_ms} ms`;
        reject(new EngineError('kafka.away', what, 'see that the brokers run and can be reached'));
      }, send_within_ms);
    });
    // What was late may still end in an error, which nobody waits for any more.
    sending.catch(() => undefined);
    try {
      return await Promise.race([sending, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What goes to one partition, and where it comes to stand: known once it is stored. */
interface PartitionBatch {
  readonly records: NewRecord[];
  next_offset: number;
  appended_ms: number;
}
/** By topic and partition. */
type Places = ReadonlyMap<string, ReadonlyMap<number, PartitionBatch>>;

/** Goes through records with the batch of each. Those of one partition mostly come in a row, and it is looked up once. */
function eachIn(
  records: readonly NewRecord[],
  batchOf: (topic: string, partition: number) => PartitionBatch,
  visit: (record: NewRecord, batch: PartitionBatch) => void,
): void {
  let batch: PartitionBatch | undefined;
  let [topic, partition] = ['', -1];
  for (const record of records) {
    if (batch === undefined || record.partition !== partition || record.topic !== topic)
      batch = batchOf((topic = record.topic), (partition = record.partition));
    visit(record, batch);
  }
}

function grouped(records: readonly NewRecord[]): Places {
  const places = new Map<string, Map<number, PartitionBatch>>();
  const batchOf = (topic: string, partition: number): PartitionBatch => {
    let own = places.get(topic);
    if (own === undefined) places.set(topic, (own = new Map()));
    let batch = own.get(partition);
    if (batch === undefined) own.set(partition, (batch = { records: [], next_offset: NaN, appended_ms: NaN }));
    return batch;
  };
  eachIn(records, batchOf, (record, batch) => batch.records.push(record));
  return places;
}

/** Notes where batches came to stand, and when. */
function noteOffsets(
  places: Places,
  metadata: readonly RecordMetadata[],
  prefix: string,
  stamp_ms: number | null,
): void {
  for (const { topicName, partition, baseOffset, logAppendTime } of metadata) {
    const batch = places.get(topicName.slice(prefix.length))?.get(partition);
    if (batch === undefined) continue;
    batch.next_offset = Number(baseOffset);
    batch.appended_ms = stamp_ms ?? Number(logAppendTime);
  }
}

/** Records of one send with their offsets: those of a partition follow each other from where its batch begins. */
function stored(records: readonly NewRecord[], places: Places): readonly LogRecord[] {
  const appended: LogRecord[] = [];
  const batchOf = (topic: string, partition: number): PartitionBatch => {
    const batch = places.get(topic)?.get(partition);
    if (batch === undefined || Number.isNaN(batch.next_offset))
      throw new EngineError('kafka.refused', `no offset was given for a record of ${topic}`, 'see the broker');
    return batch;
  };
  eachIn(records, batchOf, ({ topic, partition, key, value, name, from, headers, decoded }, batch) => {
    const { appended_ms } = batch;
    const offset = batch.next_offset++;
    // In the order of fields in which records are read: what handles both need not tell shapes apart.
    appended.push({ topic, partition, key, value, offset, appended_ms, name, from, headers, decoded });
  });
  return appended;
}

/** Records in their order, cut so that no partition gets more than so many bytes in a send. */
function parts(records: readonly NewRecord[], most_bytes: number): readonly (readonly NewRecord[])[] {
  // Mostly all of it fits, whichever partition it goes to.
  if (records.reduce((sum, record) => sum + bytesOf(record), 0) <= most_bytes) return [records];
  return [...cut(records, most_bytes)];
}

function* cut(records: readonly NewRecord[], most_bytes: number): Generator<readonly NewRecord[]> {
  let part: NewRecord[] = [];
  let bytes = new Map<string, number>();
  for (const record of records) {
    const place = `${record.topic}|${record.partition}`;
    const size = (bytes.get(place) ?? 0) + bytesOf(record);
    if (size > most_bytes && part.length > 0) {
      yield part;
      part = [];
      bytes = new Map();
    }
    bytes.set(place, part.length === 0 ? bytesOf(record) : size);
    part.push(record);
  }
  if (part.length > 0) yield part;
}

/** Of a record beside key and value: name, headers, framing. */
const overhead_bytes = 160;

const bytesOf = ({ value, key }: NewRecord): number => value.length + key.length + overhead_bytes;
