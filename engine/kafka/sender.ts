/** Writes records for programs that run no groups: one send at a time, partitions as the engine counts them. */
import type { Admin } from 'kafkajs';
import { EngineError } from '../errors.ts';
import { partitioner } from '../partitioner.ts';
import type { LogRecord, NewRecord } from '../ports.ts';
import { Appender } from './log/appender.ts';
import { kafkaOf, type BrokerOptions } from './client/connection.ts';
import { patient } from './client/patient.ts';
import { explained } from './client/refused.ts';
import { Sockets } from './client/sockets.ts';
import { assertTrusted } from './client/tls-probe.ts';

export interface SenderOptions extends BrokerOptions {
  /** Topics that are written, without the prefix. */
  readonly topics: readonly string[];
  /** How long one send may take, milliseconds, the client's retries included. */
  readonly send_within_ms: number;
}

export interface Sender {
  /** The partition of a key, by murmur2: where readers look for it. */
  partitionOf(topic: string, key: string): number;
  /** Resolves when all in-sync replicas have all of them, with where they stand. */
  send(records: readonly NewRecord[]): Promise<readonly LogRecord[]>;
  close(): Promise<void>;
}

const send_bytes = 900_000;

/** Connects and looks how many partitions the topics have. Rejects where a broker or topic is missing, or refuses. */
export async function openSender(options: SenderOptions): Promise<Sender> {
  const { topic_prefix: prefix = '', send_within_ms } = options;
  await assertTrusted(options);
  const sockets = new Sockets();
  const kafka = kafkaOf(options, sockets);
  const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  const admin = kafka.admin();
  try {
    const topics = options.topics.map((topic) => prefix + topic);
    const found = await explained(options, async () => {
      await Promise.all([admin.connect(), producer.connect()]);
      const missing = await missingOf(admin, topics);
      if (missing.length > 0) unknown(missing.join(', '));
      return patient(() => admin.fetchTopicMetadata({ topics }));
    });
    const partitions = new Map(
      found.topics.map(({ name, partitions: { length } }) => [name.slice(prefix.length), partitioner(length)]),
    );
    const appender = new Appender(producer, { send_bytes, send_within_ms }, prefix, null);
    return {
      partitionOf: (topic, key) => partitions.get(topic)?.(key) ?? unknown(topic),
      send: (records) => explained(options, () => appender.append(records)),
      close: () => sockets.endAfter(() => producer.disconnect()),
    };
  } catch (error) {
    sockets.end();
    throw error;
  } finally {
    await admin.disconnect();
  }
}

/** Topics that no broker knows of. Of one that was just made they learn one after the other: it is asked for again. */
async function missingOf(admin: Admin, topics: readonly string[]): Promise<readonly string[]> {
  for (let looks = 1; ; looks++) {
    const known = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !known.has(topic));
    if (missing.length === 0 || looks === most_looks) return missing;
    await new Promise((resolve) => setTimeout(resolve, look_pause_ms));
  }
}

const most_looks = 10;
const look_pause_ms = 100;

function unknown(topics: string): never {
  throw new EngineError(
    'topic.unknown',
    `the brokers have no topic ${topics}, or do not let this user see it`,
    'run flywheel provision --apply',
  );
}
