import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { Services } from '../../testing/services/services.ts';
import { logContract } from '../log.contract.ts';
import { kafkaOf } from './connection.ts';
import { KafkaLog } from './kafka-log.ts';
import type { Position } from './source-appends.ts';
import { ensureTopics } from './topics.ts';

const services = new Services();
let brokers: readonly string[];
const logs: KafkaLog[] = [];

beforeAll(async () => {
  brokers = await services.kafka();
}, 120_000);
afterAll(async () => {
  await Promise.all(logs.map((log) => log.close()));
  await services.stop();
});

logContract('Kafka', async () => {
  const topic = `log-${randomUUID()}`;
  const admin = kafkaOf({ brokers, client_id: 'test' }).admin();
  await admin.connect();
  await ensureTopics(admin, [{ topic, partitions: 2 }], { by_broker: true });
  await admin.disconnect();
  const positions = new Map<string, Position>();
  const log = await KafkaLog.open({
    brokers,
    client_id: 'test',
    partitions: 2,
    topics: [topic],
    stamp: null,
    positions: {
      get: (source) => Promise.resolve(positions.get(source)),
      set: (source, position) => {
        const follows = position.batch === (positions.get(source)?.batch ?? 0) + 1;
        if (follows) positions.set(source, position);
        return Promise.resolve(follows);
      },
    },
  });
  logs.push(log);
  return { log, topic };
});
