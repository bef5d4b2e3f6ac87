/** Stamps of records beside this machine's clock, on a real broker. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Services } from '../../testing/services/services.ts';
import { withAdmin } from './admin.ts';
import { KafkaLog } from './kafka-log.ts';
import { isStampedAhead, stampsOf } from './stamps.ts';
import { ensureTopics } from './topics.ts';

const services = new Services();
let brokers: readonly string[];

beforeAll(async () => {
  brokers = await services.kafka();
}, 120_000);
afterAll(() => services.stop());

it('a record that is stamped after our clock is seen, and those before it are not', async () => {
  const [options, topic] = [{ brokers, client_id: 'test' }, randomUUID()];
  let ahead_ms = 0;
  await withAdmin(options, (admin) => ensureTopics(admin, [{ topic, partitions: 2 }], { by_broker: false }));
  expect(await stampsOf(options, topic)).toBe('clock');
  expect(await stampsOf(options, randomUUID())).toBeNull();
  const log = await KafkaLog.open({
    ...options,
    partitions: 2,
    topics: [topic],
    stamp: () => Date.now() + ahead_ms,
    positions: { get: () => Promise.resolve(undefined), set: () => Promise.resolve(true) },
  });
  const isAhead = (): Promise<boolean> => withAdmin(options, (admin) => isStampedAhead(admin, topic, 2_000));
  const append = (): Promise<void> => log.append([{ topic, partition: 1, key: 'k', value: Buffer.from('x') }]);
  expect(await isAhead()).toBe(false);
  await append();
  expect(await isAhead()).toBe(false);
  ahead_ms = 60_000;
  await append();
  expect(await isAhead()).toBe(true);
  await log.close();
});
