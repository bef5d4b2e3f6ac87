/** Connections to the brokers: what kafkajs offers, and the fetch by offset that it keeps to itself. */
import { Kafka, logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type Cluster from 'kafkajs/src/cluster/index.js';
import { EngineError } from '../../errors.ts';
import { Sockets } from './sockets.ts';

export interface BrokerOptions {
  /** host:port of each. */
  readonly brokers: readonly string[];
  readonly client_id: string;
  /** Before the name of every topic, so that several Flywheels share brokers; empty for one. */
  readonly topic_prefix?: string;
  readonly tls?: KafkaConfig['ssl'];
  readonly sasl?: SaslName;
}

/** How a process says who it is. */
export interface SaslName {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** The client has a type for each mechanism. */
function saslOf({ mechanism, ...name }: SaslName): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, ...name };
    case 'scram-sha-256':
      return { mechanism, ...name };
    case 'scram-sha-512':
      return { mechanism, ...name };
  }
}

/** @param sockets of whoever ends the client: without it what the client leaves open stays open. */
export function kafkaOf({ brokers, client_id, tls, sasl }: BrokerOptions, sockets = new Sockets()): Kafka {
  return new Kafka({
    clientId: client_id,
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    socketFactory: sockets.open,
    ...(tls === undefined ? {} : { ssl: tls }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  });
}

type CreateCluster = (options: {
  readonly metadataMaxAge: number;
  readonly allowAutoTopicCreation: boolean;
}) => Cluster;

const isCreateCluster = (value: unknown): value is CreateCluster => typeof value === 'function';

const metadata_max_age_ms = 60_000;

/** A connection of its own: a fetch that waits for records holds up whatever else is asked on the same one. */
export function clusterOf(kafka: Kafka): Cluster {
  for (const symbol of Object.getOwnPropertySymbols(kafka)) {
    if (symbol.description !== 'private:Kafka:createCluster') continue;
    const create: unknown = Reflect.get(kafka, symbol);
    if (isCreateCluster(create)) return create({ metadataMaxAge: metadata_max_age_ms, allowAutoTopicCreation: false });
  }
  throw new EngineError(
    'kafka.client',
    'this version of kafkajs has no cluster to fetch from',
    'install kafkajs 2.2.4',
  );
}
