/** What is asked of instances on a real broker and Redis: lag, traces, dead letters sent back, what a server's loss shows. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openKafka, type KafkaEngine } from '../engine/kafka/kafka.ts';
import { Lease } from '../engine/kafka/ownership/agreed.ts';
import { waysToForget } from '../engine/kafka/redis/check.ts';
import { connectRedis } from '../engine/kafka/redis/redis.ts';
import type { LogRecord, Row } from '../engine/ports.ts';
import { deadLetters, redrive } from '../engine/dead-letters/redrive.ts';
import { traceOf } from '../engine/trace.ts';
import { onBroker } from '../testing/services/on-broker.ts';
import { startRedis } from '../testing/services/redis.ts';
import { parseLetter, toyOptions } from '../testing/toy/options.ts';
import { lagRows } from './operations/running/lag.ts';

const broker = onBroker();

const partitions = 2;

interface Opened extends KafkaEngine {
  readonly rows: Row[];
}

async function opened(namespace: string, groups?: readonly string[], url = broker.redis_url): Promise<Opened> {
  const rows: Row[] = [];
  const engine = await openKafka({
    ...toyOptions,
    partitions,
    kafka: { brokers: broker.brokers, client_id: namespace, topic_prefix: `${namespace}.` },
    redis_url: url,
    redis_may_forget: false,
    namespace,
    sharing: { session_ms: 6_000 },
    ...(groups && { groups }),
    stamps: 'broker',
    clock: { now_ms: () => Date.now() },
    rows: { send: (sent) => Promise.resolve(void rows.push(...sent)) },
  });
  await engine.start();
  return { ...engine, rows };
}

const measured = (amount: number, headers?: Readonly<Record<string, Uint8Array>>) => ({
  topic: 'toy.measured',
  value: { account_id: 'a', ad_id: 'x', amount },
  ...(headers && { headers }),
});
const publish = ({ engine }: Opened, n: number, headers?: Readonly<Record<string, Uint8Array>>): Promise<void> =>
  engine.publish({ source: 's', position: String(n), events: [measured(n, headers)] });

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

async function recordsOf({ engine }: Opened, topic: string): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const { start, end } = await engine.log.range(topic, partition);
    for (let at = start; at < end;) {
      const read = await engine.log.read(topic, partition, at, 1_000);
      if (read.length === 0) break;
      records.push(...read);
      at = (read.at(-1)?.offset ?? end) + 1;
    }
  }
  return records;
}

describe('instances on Kafka', { timeout: 120_000 }, () => {
  it('tell own lag beside inherited lag, of groups that none of them runs too, and carry traces to every effect', async () => {
    const namespace = randomUUID();
    const looking = await opened(namespace, []);
    for (let n = 1; n <= 5; n++)
      await publish(looking, n, { traceparent: Buffer.from(`00-${trace}-00f067aa0ba902b7-01`) });
    const processors = looking.engine.topology.processors;
    const sums = async (): Promise<Record<string, readonly [own: number, inherited: number]>> => {
      const rows = lagRows(processors, await looking.engine.standings());
      const total = (group: string, of: 'own' | 'inherited'): number =>
        rows.filter((row) => row.group === group).reduce((sum, row) => sum + row[of], 0);
      return Object.fromEntries(
        processors.map(({ wiring: { group } }) => [group, [total(group, 'own'), total(group, 'inherited')] as const]),
      );
    };
    const first = processors.find(({ wiring }) => wiring.reads.some(({ name }) => name === 'toy.measured'));
    const chain = first?.wiring.group ?? '';
    const before = await sums();
    expect(before[chain]?.[0]).toBe(5);
    const below = processors.filter(({ wiring }) =>
      wiring.reads.some(({ name }) => first?.wiring.emits.some((emitted) => emitted.name === name)),
    );
    expect(below.length).toBeGreaterThan(0);
    for (const { wiring } of below) expect(before[wiring.group]?.[1]).toBeGreaterThanOrEqual(5);

    const working = await opened(namespace);
    await expect
      .poll(
        async () =>
          Object.values(await sums())
            .flat()
            .reduce((a, b) => a + b, 0),
        { timeout: 60_000 },
      )
      .toBe(0);
    const onTheirWay = async (): Promise<number> =>
      (await looking.engine.standings()).reduce((sum, { undelivered }) => sum + undelivered, 0);
    // Batches that have nothing to deliver are none.
    await expect.poll(onTheirWay, { timeout: 20_000 }).toBe(0);
    const standing = (await looking.engine.standings()).find(
      ({ group, head }) => group === chain && head.events_total > 0,
    );
    expect(standing).toMatchObject({ here: false, state: 'idle' });

    for (const { name } of first?.wiring.emits ?? []) {
      const records = (await recordsOf(looking, name)).filter((record) => record.name !== undefined);
      for (const record of records) expect(traceOf(record)).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
      expect(new Set(records.map(traceOf)).size).toBe(records.length);
    }
    await expect.poll(() => working.rows.length, { timeout: 20_000 }).toBeGreaterThan(0);
    for (const { traceparent } of working.rows) expect(traceparent).toContain(`00-${trace}-`);
    await working.stop();
    await looking.stop();
  });

  it('take back dead letters that another process sends to them', async () => {
    const namespace = randomUUID();
    const working = await opened(namespace);
    const looking = await opened(namespace, []);
    await expect.poll(() => working.owned('chain').length, { timeout: 40_000 }).toBe(partitions);
    await looking.engine.log.append([
      { topic: 'toy.measured', partition: looking.engine.partitionOf('a'), key: 'a', value: Buffer.from('poison') },
    ]);
    const letters = async (): Promise<number> => {
      let count = 0;
      for await (const _letter of deadLetters(looking.engine, parseLetter)) count++;
      return count;
    };
    await expect.poll(letters, { timeout: 40_000 }).toBeGreaterThan(0);
    const total = await letters();
    const { settled } = await redrive(looking.engine, parseLetter, () => true);
    expect(settled).toBe(total);
    // Poison stays poison: each comes back as a letter once more, which shows that its group took it.
    await expect.poll(letters, { timeout: 40_000, interval: 500 }).toBe(2 * total);
    await working.stop();
    await looking.stop();
  });

  it('play a part one at a time, and take it over when it is given up or runs out', async () => {
    const redis = connectRedis(broker.redis_url);
    await redis.connect();
    const namespace = randomUUID();
    const [one, two] = [new Lease(redis, namespace, 'p', 400), new Lease(redis, namespace, 'p', 400)];
    expect([await one.take(), await two.take(), await one.renew(), await two.renew()]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    await two.giveUp();
    expect(await two.take()).toBe(false);
    await one.giveUp();
    expect(await two.take()).toBe(true);
    await expect.poll(() => one.take(), { timeout: 5_000 }).toBe(true);
    redis.disconnect();
  });

  it('refuse a Redis that may evict or forget, and name one that is away', async () => {
    const forgetful = await startRedis(`${broker.folder}/forgetful`, [
      '--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no',
    ]); // prettier-ignore
    await expect(opened(randomUUID(), undefined, forgetful.url)).rejects.toMatchObject({
      code: 'redis.may_forget',
      message: expect.stringMatching(/allkeys-lru.*appendonly no/s) as string,
    });
    await forgetful.program.stop();
    await expect(opened(randomUUID(), undefined, forgetful.url)).rejects.toMatchObject({ code: 'redis.away' });
    const fine = { version: '7', appendonly: true, appendfsync: 'always', used_bytes: 0, maxmemory_bytes: 0 };
    expect(waysToForget({ ...fine, maxmemory_policy: 'noeviction' })).toEqual([]);
  });

  it('say which server is down', async () => {
    const own = await startRedis(`${broker.folder}/own`);
    const { servers, stop } = await opened(randomUUID(), [], own.url);
    expect(await servers()).toMatchObject([
      { name: 'Kafka', ok: true },
      { name: 'Redis', ok: true },
    ]);
    await own.program.stop();
    expect(await servers()).toMatchObject([
      { name: 'Kafka', ok: true },
      { name: 'Redis', ok: false },
    ]);
    await stop();
  });
});
