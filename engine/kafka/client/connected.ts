/** The connections of a log, and the topics that there are. */
import type { Admin, Producer } from 'kafkajs';
import type Cluster from 'kafkajs/src/cluster/index.js';
import { clusterOf, kafkaOf, type BrokerOptions } from './connection.ts';
import { explained } from './refused.ts';
import { Sockets } from './sockets.ts';
import { assertTrusted } from './tls-probe.ts';

export interface Connected {
  readonly admin: Admin;
  /** Each with connections of its own: a fetch that waits holds up what else is asked on them. */
  readonly reading: Cluster;
  readonly tailing: Cluster;
}

export interface Connection extends Connected {
  readonly producer: Producer;
  /** For journal lines, which commits wait for: they do not wait for what is sent after other commits. */
  readonly journal: Producer;
  /** Names of the topics that there are, without their prefix. */
  readonly topics: readonly string[];
  /** Disconnects when what is under way has ended; where brokers do not answer, without. */
  readonly close: (ended: () => Promise<void>) => Promise<void>;
}

/** kafkajs loses data with two sends in flight on one producer. */
const one_in_flight = { allowAutoTopicCreation: false, maxInFlightRequests: 1 };

/** Rejects where no broker answers. */
export async function connectedTo(options: BrokerOptions, prefix: string): Promise<Connection> {
  const sockets = new Sockets();
  const kafka = kafkaOf(options, sockets);
  const admin = kafka.admin();
  const [producer, journal] = [kafka.producer(one_in_flight), kafka.producer(one_in_flight)];
  const [reading, tailing] = [clusterOf(kafka), clusterOf(kafka)];
  await assertTrusted(options);
  const clients = [admin, producer, journal, reading, tailing];
  const close: Connection['close'] = (ended) =>
    sockets.endAfter(async () => {
      await ended();
      await Promise.all(clients.map((client) => client.disconnect()));
    });
  try {
    await explained(options, () => Promise.all(clients.map((client) => client.connect())));
    const names = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
    return {
      admin,
      reading,
      tailing,
      producer,
      journal,
      topics: names.map((name) => name.slice(prefix.length)),
      close,
    };
  } catch (error) {
    sockets.end();
    throw error;
  }
}
