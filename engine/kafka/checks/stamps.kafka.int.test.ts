/** Stamps of records beside this machine's clock, on a real broker. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { onBroker } from '../../../testing/services/on-broker.ts';
import { withAdmin } from '../client/admin.ts';
import { KafkaLog } from '../log/kafka-log.ts';
import { isStampedAhead, stampedTooEarly, stampsOf } from './stamps.ts';
import { ensureTopics } from './topics.ts';

const servers = onBroker();
const nowhere = { positions: { get: () => Promise.resolve(undefined), set: () => Promise.resolve(true) } };

it('a record that is stamped after our clock is seen, and those before it are not', async () => {
  const [options, topic] = [{ brokers: servers.brokers, client_id: 'test' }, randomUUID()];
  let ahead_ms = 0;
  await withAdmin(options, (admin) => ensureTopics(admin, [{ topic, partitions: 2 }], { by_broker: false }));
  expect(await stampsOf(options, topic)).toBe('clock');
  expect(await stampsOf(options, randomUUID())).toBeNull();
  const log = await KafkaLog.open({
    ...options,
    partitions: 2,
    topics: [topic],
    stamp: () => Date.now() + ahead_ms,
    ...nowhere,
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

it('a record that is stamped before what it tells of had come is seen, the newest only', async () => {
  const [options, topic] = [{ brokers: servers.brokers, client_id: 'test' }, randomUUID()];
  const due_ms = Date.UTC(2026, 0, 1, 10);
  const early = (): Promise<number | null> => stampedTooEarly(options, topic, () => due_ms);
  await withAdmin(options, (admin) => ensureTopics(admin, [{ topic, partitions: 2 }], { by_broker: false }));
  expect(await early()).toBeNull();
  for (const [stamp_ms, expected] of [
    [due_ms - 60_000, 60_000],
    [due_ms + 5, 0],
    [due_ms + 900_000, 0],
  ] as const) {
    const log = await KafkaLog.open({ ...options, ...nowhere, partitions: 1, topics: [topic], stamp: () => stamp_ms });
    await log.append([{ topic, partition: 0, key: '', value: Buffer.from('x') }]);
    await log.close();
    expect(await early()).toBe(expected);
  }
  expect(await stampedTooEarly(options, topic, () => undefined)).toBeNull();
});
