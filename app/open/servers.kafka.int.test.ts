/** The engine on Kafka with its rows in a ClickHouse server and its vectors in a Qdrant. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Services } from '../../testing/services/services.ts';
import { arrivesOnce } from '../../testing/on-servers/story.ts';

const services = new Services();
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  const [brokers, redis] = await Promise.all([services.kafka(), services.redis()]);
  const namespace = `t${randomUUID().slice(0, 8)}`;
  environment = {
    FLYWHEEL_ENGINE: 'kafka',
    FLYWHEEL_KAFKA_BROKERS: brokers.join(','),
    FLYWHEEL_REDIS_URL: redis,
    FLYWHEEL_NAMESPACE: namespace,
    FLYWHEEL_KAFKA_TOPIC_PREFIX: `${namespace}.`,
    FLYWHEEL_KAFKA_SESSION_MS: '6000',
  };
}, 120_000);
afterAll(() => services.stop());

describe('the program on Kafka, a ClickHouse and a Qdrant', { timeout: 1_200_000 }, () => {
  it('starts while both are away, and brings each row and point there once though they are killed meanwhile', () =>
    arrivesOnce(environment, { events: 300, winners: 1 }));
});
