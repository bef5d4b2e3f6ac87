/**
 * Publishes events from a program of one's own: checked and encoded as readers will read them, partitioned as the engine
 * counts, sent in batches one after the other, each event with its own result.
 *
 * A producer that is opened with a source names its events by it and their positions: what it sends again, after a
 * restart or because an answer was lost, has its effect once. For that the order of positions must hold in the log, so
 * such a producer stops for good at the first event that it cannot deliver.
 */
import type { Sender } from '../../engine/kafka/sender.ts';
import type { LogRecord, NewRecord } from '../../engine/ports.ts';
import type { TopicCodec } from '../../schemas/codec.ts';
import { FlywheelError } from '../../topology/errors.ts';
import { Batches, type Waiting } from './batches.ts';
import { checked, type OutsideEvents, type OutsideTopic } from './events.ts';

/** Where an event came to stand. */
export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker took it, UTC epoch milliseconds. */
  readonly appended_ms: number;
}

export interface Source {
  /** Sets one source apart from others, for example `meta-export`. One program at a time sends under it. */
  readonly id: string;
  /** Rises where positions are counted anew; 1 where it is left out. */
  readonly run?: number;
}

export interface SendOptions {
  /** Place of the event in its source: a whole number above those sent before it, such as its line. Needed where events are named. */
  readonly position?: number;
}

export interface ProducerLimits {
  /** How long an event may wait for others to go with it, milliseconds. */
  readonly linger_ms: number;
  /** Bytes of one send at most. */
  readonly batch_bytes: number;
  /** Bytes that may wait; more is refused until `ready()` resolves. */
  readonly queue_bytes: number;
  /** How long an event is tried, milliseconds, before it counts as not delivered. */
  readonly deliver_within_ms: number;
  /** Between two tries, milliseconds. */
  readonly retry_ms: number;
}

export const usualLimits: ProducerLimits = {
  linger_ms: 5,
  batch_bytes: 512 * 1024,
  queue_bytes: 32 * 1024 * 1024,
  deliver_within_ms: 120_000,
  retry_ms: 500,
};

export interface ProducerParts {
  readonly sender: Sender;
  readonly codec: TopicCodec;
  readonly limits: ProducerLimits;
  readonly now_ms: () => number;
  readonly source: Source | null;
}

/** Codes of errors that another try does not repair. */
const final_codes = new Set(['kafka.login', 'kafka.permission', 'kafka.tls', 'topic.unknown']);

export class Producer {
  readonly #parts: ProducerParts;
  readonly #batches: Batches;
  /** Highest position given of each topic. */
  readonly #positions = new Map<string, number>();
  #closed: string | null = null;

  constructor(parts: ProducerParts) {
    this.#parts = parts;
    this.#batches = new Batches(parts.limits, (batch) => this.#deliver(batch));
  }

  /**
   * Takes an event. Resolves once all in-sync replicas have it. Rejects with `event.unfit` (field, value, rule, remedy),
   * `producer.full`, `producer.position`, `producer.undelivered`, `producer.closed` or what the broker refuses by.
   */
  send<T extends OutsideTopic>(topic: T, value: OutsideEvents[T], options: SendOptions = {}): Promise<Delivery> {
    return this.sendJson(topic, value, options);
  }

  /** `send` for a value whose type is not known, such as a line of a file: it is checked all the same. */
  async sendJson(topic: string, value: unknown, options: SendOptions = {}): Promise<Delivery> {
    if (this.#closed !== null) throw new FlywheelError('producer.closed', { why: this.#closed });
    const { queue_bytes: limit_bytes } = this.#parts.limits;
    const { bytes } = this.#batches;
    if (bytes > limit_bytes) throw new FlywheelError('producer.full', { bytes, limit_bytes });
    const record = this.#record(topic, value, options.position);
    return deliveryOf(await this.#batches.add(record));
  }

  #record(topic: string, given: unknown, position: number | undefined): NewRecord {
    const { sender, codec, source, now_ms } = this.#parts;
    const { key, value } = checked(topic, given, now_ms());
    // Copied: the codec writes into a slab that it goes on using.
    const record = {
      topic,
      key,
      partition: sender.partitionOf(topic, key),
      value: Uint8Array.from(codec.encode(topic, value)),
    };
    if (source === null) return record;
    const next = this.#next(topic, position);
    return { ...record, from: { source: nameOf(source), batch: next, ordinal: 0 } };
  }

  #next(topic: string, position: number | undefined): number {
    const last = this.#positions.get(topic) ?? -1;
    if (position === undefined || !Number.isSafeInteger(position) || position <= last)
      throw new FlywheelError('producer.position', { topic, position: position ?? 'missing', last });
    this.#positions.set(topic, position);
    return position;
  }

  /** Tries a batch until it is delivered, it is too late, or no try will help. */
  async #deliver(batch: readonly Waiting[]): Promise<readonly LogRecord[]> {
    const { sender, limits, source, now_ms } = this.#parts;
    const until_ms = now_ms() + limits.deliver_within_ms;
    for (;;) {
      if (this.#closed?.startsWith(stopped) === true) throw new FlywheelError('producer.closed', { why: this.#closed });
      try {
        return await sender.send(batch.map(({ record }) => record));
      } catch (error) {
        const is_final = error instanceof Error && final_codes.has(String(Reflect.get(error, 'code')));
        if (!is_final && now_ms() + limits.retry_ms < until_ms) {
          await new Promise((resolve) => setTimeout(resolve, limits.retry_ms));
          continue;
        }
        const failed = is_final ? error : undelivered(batch, limits, error);
        if (source !== null) this.#closed = `${stopped}: ${String(failed)}`;
        throw failed;
      }
    }
  }

  /** Resolves once there is room for more. */
  ready(): Promise<void> {
    return this.#batches.room();
  }

  /** Resolves once all that was sent before has its result, good or bad. */
  flush(): Promise<void> {
    return this.#batches.flush();
  }

  /** Delivers what was taken, then disconnects. */
  async close(): Promise<void> {
    this.#closed ??= 'it was closed';
    await this.flush();
    await this.#parts.sender.close();
  }
}

/** A source that counts anew is another one to readers. */
const nameOf = ({ id, run = 1 }: Source): string => `producer:${id}:${run}`;

const stopped = 'it stopped at an event that was not delivered';

const deliveryOf = ({ topic, partition, offset, appended_ms }: LogRecord): Delivery => ({
  topic,
  partition,
  offset,
  appended_ms,
});

function undelivered(batch: readonly Waiting[], { deliver_within_ms }: ProducerLimits, error: unknown): FlywheelError {
  const [first] = batch;
  return new FlywheelError(
    'producer.undelivered',
    {
      topic: first?.record.topic ?? '',
      position: first?.record.from?.batch ?? 'unnamed',
      within_ms: deliver_within_ms,
      why: error instanceof Error ? error.message : String(error),
    },
    { cause: error },
  );
}
