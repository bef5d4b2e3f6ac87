/** The connections of a log, and the topics that there are. */
import type { Admin, Producer } from 'kafkajs';
import type Cluster from 'kafkajs/src/cluster/index.js';
import { clusterOf, kafkaOf, type BrokerOptions } from './connection.ts';
import { explained } from './refused.ts';
import { assertTrusted } from './tls-probe.ts';

export interface Connected {
  readonly admin: Admin;
  /** Each with connections of its own: a fetch that waits holds up what else is asked on them. */
  readonly reading: Cluster;
  readonly tailing: Cluster;
}

interface Connection extends Connected {
  readonly producer: Producer;
  /** Names of the topics that there are, without their prefix. */
  readonly topics: readonly string[];
  readonly close: () => Promise<void>;
}

/** Rejects where no broker answers. */
export async function connectedTo(options: BrokerOptions, prefix: string): Promise<Connection> {
  const kafka = kafkaOf(options);
  const admin = kafka.admin();
  const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
  const [reading, tailing] = [clusterOf(kafka), clusterOf(kafka)];
  await assertTrusted(options);
  await explained(options, () =>
    Promise.all([admin.connect(), producer.connect(), reading.connect(), tailing.connect()]),
  );
  const close = async (): Promise<void> => {
    await Promise.all([admin.disconnect(), producer.disconnect(), reading.disconnect(), tailing.disconnect()]);
  };
  const names = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
  return { admin, reading, tailing, producer, topics: names.map((name) => name.slice(prefix.length)), close };
}
