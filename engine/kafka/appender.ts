/**
 * Appends records, one send at a time: kafkajs loses data with two in flight on one producer. What is asked for while one
 * is under way goes together in the next, so that many groups and partitions do not wait for each other one by one.
 */
import { CompressionTypes, type Producer, type RecordMetadata, type TopicMessages } from 'kafkajs';
import { EngineError } from '../errors.ts';
import type { LogRecord, NewRecord } from '../ports.ts';
import { messageOf } from './record.ts';

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
    for (const part of parts(records, this.#limits.send_bytes))
      for (const one of stored(part, await this.#send(part, stamp_ms), this.#prefix, stamp_ms)) appended.push(one);
    return appended;
  }

  async #send(records: readonly NewRecord[], stamp_ms: number | null): Promise<readonly RecordMetadata[]> {
    const topics = new Map<string, NewRecord[]>();
    for (const record of records) {
      const of = topics.get(record.topic) ?? [];
      of.push(record);
      topics.set(record.topic, of);
    }
    const topicMessages: TopicMessages[] = [...topics].map(([topic, own]) => ({
      topic: this.#prefix + topic,
      messages: own.map((record) => ({
        ...messageOf(record),
        partition: record.partition,
        ...(stamp_ms === null ? {} : { timestamp: String(stamp_ms) }),
      })),
    }));
    const { send_within_ms } = this.#limits;
    const sending = this.#producer.sendBatch({ topicMessages, acks: -1, compression: CompressionTypes.None });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const what = `no broker has confirmed ${records.length} records within ${send_within_ms} ms`;
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

/** Records of one send with their offsets: those of a partition follow each other from where its batch begins. */
function stored(
  records: readonly NewRecord[],
  metadata: readonly RecordMetadata[],
  prefix: string,
  stamp_ms: number | null,
): readonly LogRecord[] {
  const places = new Map(
    metadata.map(({ topicName, partition, baseOffset, logAppendTime }) => [
      `${topicName}|${partition}`,
      { next: Number(baseOffset), appended_ms: stamp_ms ?? Number(logAppendTime) },
    ]),
  );
  return records.map((record) => {
    const place = places.get(`${prefix}${record.topic}|${record.partition}`);
    if (place === undefined || Number.isNaN(place.next))
      throw new EngineError('kafka.refused', `no offset was given for a record of ${record.topic}`, 'see the broker');
    return { ...record, offset: place.next++, appended_ms: place.appended_ms };
  });
}

/** Records in their order, cut so that no partition gets more than so many bytes in a send. */
function* parts(records: readonly NewRecord[], most_bytes: number): Generator<readonly NewRecord[]> {
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
