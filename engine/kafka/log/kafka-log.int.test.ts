import { randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Services } from '../../../testing/services/services.ts';
import { transactional } from '../../../testing/services/transactional.ts';
import { logContract } from '../../log.contract.ts';
import { kafkaOf } from '../client/connection.ts';
import { KafkaLog } from './kafka-log.ts';
import type { Position } from '../source-appends.ts';
import { ensureTopics } from '../checks/topics.ts';

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

interface Opened {
  readonly log: KafkaLog;
  readonly topic: string;
}

/** @param topic one that is there; left out: a new one */
async function opened(topic?: string): Promise<Opened> {
  return openedOn([topic ?? (await made())]);
}

async function made(): Promise<string> {
  const topic = `log-${randomUUID()}`;
  const admin = kafkaOf({ brokers, client_id: 'test' }).admin();
  await admin.connect();
  await ensureTopics(admin, [{ topic, partitions: 2 }], { by_broker: true });
  await admin.disconnect();
  return topic;
}

async function openedOn(topics: readonly string[]): Promise<Opened> {
  const positions = new Map<string, Position>();
  const log = await KafkaLog.open({
    brokers,
    client_id: 'test',
    partitions: 2,
    topics,
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
  return { log, topic: topics[0] ?? '' };
}

logContract('Kafka', () => opened());

describe('who is told that there is nothing', () => {
  it.each([
    ['where the end is known', true],
    ['where the end is yet to be asked for', false],
  ])('has been told of what this process writes at that very moment when that is written, %s', async (_, isKnown) => {
    const topics = await Promise.all(Array.from({ length: 16 }, made));
    const { log } = await openedOn(topics);
    const append = (text: string): Promise<void> =>
      log.append(topics.map((topic) => ({ topic, partition: 0, key: '', value: Buffer.from(text) })));
    await append('before');
    if (isKnown) for (const topic of topics) expect(await log.range(topic, 0)).toEqual({ start: 0, end: 1 });
    const told = new Set<string>();
    log.onAppend((appended) => appended.forEach(({ topic }) => told.add(topic)));
    // To be told of what comes, a log asks about one topic after the other: meanwhile the records are written.
    const reading = [...topics, ...topics].map(async (topic) => ({ topic, read: await log.read(topic, 0, 1, 10) }));
    await append('now');
    // Who waits for all to be handled begins to wait now: each reader has it, or was woken for it.
    const missed = (await Promise.all(reading)).filter(({ topic, read }) => read.length === 0 && !told.has(topic));
    expect(missed).toEqual([]);
  });
});

describe('records that somebody else writes in transactions', () => {
  const textsOf = async ({ log, topic }: Opened): Promise<readonly string[]> => {
    const { start, end } = await log.rangeNow(topic, 0);
    const texts: string[] = [];
    for (let at = start; at < end;) {
      const records = await log.read(topic, 0, at, 100);
      if (records.length === 0) break;
      for (const { value } of records) texts.push(Buffer.from(value).toString());
      at = (records.at(-1)?.offset ?? at) + 1;
    }
    return texts;
  };

  it('hide nothing from who begins to read where only given-up ones stand', async () => {
    const { log, topic } = await opened();
    await log.append([{ topic, partition: 0, key: '', value: Buffer.from('first') }]);
    const producer = await transactional(brokers);
    const given_up = await producer.transaction();
    await given_up.send({ topic, messages: [{ value: 'given up', partition: 0 }] });
    await given_up.abort();
    await producer.disconnect();
    const { log: other } = await opened(topic);
    await vi.waitFor(async () => expect((await other.rangeNow(topic, 0)).end).toBe(3), { timeout: 10_000 });
    expect(await other.read(topic, 0, 1, 100)).toEqual([]);
    const told: string[] = [];
    other.onAppend((appended) => told.push(...appended.map(({ value }) => Buffer.from(value).toString())));
    await log.append([{ topic, partition: 0, key: '', value: Buffer.from('next') }]);
    await vi.waitFor(() => expect(told).toEqual(['next']), { timeout: 10_000 });
    expect(other.past(topic, 0, 1)).toBe(3);
  });

  it('count once they are committed; those that were given up never, and what was written beside them all along', async () => {
    const to = await opened();
    const { log, topic } = to;
    const [one, other] = await Promise.all([transactional(brokers), transactional(brokers)]);
    const send = (to: Pick<Producer, 'send'>, text: string): Promise<unknown> =>
      to.send({ topic, messages: [{ value: text, partition: 0 }] });
    try {
      const given_up = await one.transaction();
      await send(given_up, 'given up');
      const kept = await other.transaction();
      await send(kept, 'kept');
      await log.append([{ topic, partition: 0, key: '', value: Buffer.from('ours') }]);
      await given_up.abort();
      expect(await textsOf(to)).toEqual([]);
      await kept.commit();
      await vi.waitFor(async () => expect(await textsOf(to)).toEqual(['kept', 'ours']), { timeout: 10_000 });
      // Read on at its end, as a group does.
      const told: string[] = [];
      await log.follow([topic]);
      log.onAppend((appended) => told.push(...appended.map(({ value }) => Buffer.from(value).toString())));
      const open = await one.transaction();
      await send(open, 'later');
      await log.append([{ topic, partition: 0, key: '', value: Buffer.from('behind it') }]);
      expect(await textsOf(to)).toEqual(['kept', 'ours']);
      expect(told).toEqual([]);
      await open.commit();
      const all = ['kept', 'ours', 'later', 'behind it'];
      await vi.waitFor(async () => expect(await textsOf(to)).toEqual(all), { timeout: 10_000 });
      await vi.waitFor(() => expect(told).toEqual(['later', 'behind it']), { timeout: 10_000 });
    } finally {
      await Promise.all([one.disconnect(), other.disconnect()]);
    }
  });
});
