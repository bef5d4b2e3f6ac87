/** A producer that writes in transactions, as Kafka Streams and others do: it may give one up, or take its time. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, type Message, type Producer } from 'kafkajs';

export interface TransactionRecord {
  readonly topic: string;
  readonly partition: number;
  /** Empty for none. */
  readonly key: string;
  readonly value: Uint8Array;
}

/** How a transaction ends. */
export interface TransactionEnd {
  readonly commits: boolean;
  /** How long it stays open. */
  readonly after_ms: number;
}

const messageOf = ({ key, value, partition }: TransactionRecord): Message => ({
  ...{ key: key === '' ? null : key, partition },
  value: Buffer.from(value),
});

/** A connected producer with a transactional id of its own. */
export async function transactional(brokers: readonly string[]): Promise<Producer> {
  const kafka = new Kafka({ clientId: 'another producer', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  return producer;
}

export class TransactionalProducer {
  readonly #producer: Producer;

  private constructor(producer: Producer) {
    this.#producer = producer;
  }

  static async connect(brokers: readonly string[]): Promise<TransactionalProducer> {
    return new TransactionalProducer(await transactional(brokers));
  }

  async write(records: readonly TransactionRecord[], { commits, after_ms }: TransactionEnd): Promise<void> {
    const transaction = await this.#producer.transaction();
    for (const record of records) await transaction.send({ topic: record.topic, messages: [messageOf(record)] });
    await pause(after_ms);
    await (commits ? transaction.commit() : transaction.abort());
  }

  disconnect(): Promise<void> {
    return this.#producer.disconnect();
  }
}
