import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { onBroker } from '../../testing/services/on-broker.ts';
import { toyOptions } from '../../testing/toy/options.ts';
import { seenOf } from '../../testing/toy/oracle.ts';
import { engineContract } from '../engine.contract.ts';
import { nameOf, type Row } from '../ports.ts';
import { rebuild } from '../state/rebuild.ts';
import { openKafka, type KafkaEngine } from './kafka.ts';
import { connectRedis } from './redis/redis.ts';

const servers = onBroker();

interface Opened extends KafkaEngine {
  readonly rows: Row[];
  readonly failures: string[];
}

interface Given {
  readonly rows?: Row[];
  readonly sharing?: { readonly session_ms: number };
  readonly partitions?: number;
}

/** The toy topology under names of its own, so that one broker serves all tests. */
async function opened(namespace: string, { rows = [], sharing, partitions = 2 }: Given = {}): Promise<Opened> {
  const failures: string[] = [];
  const opening = await openKafka({
    ...toyOptions,
    partitions,
    kafka: { brokers: servers.brokers, client_id: namespace, topic_prefix: `${namespace}.` },
    redis_url: servers.redis_url,
    namespace,
    sharing: sharing ?? null,
    stamps: 'broker',
    clock: { now_ms: () => Date.now() },
    rows: { send: (sent) => Promise.resolve(void rows.push(...sent)) },
    onFailure: (error) => failures.push(String(error)),
  });
  await opening.start();
  return { ...opening, rows, failures };
}

engineContract('the Kafka engine', async () => {
  const namespace = randomUUID();
  const { engine: first, rows } = await opened(namespace);
  let engine = first;
  return {
    engine,
    rows,
    restart: async () => {
      await engine.stop();
      ({ engine } = await opened(namespace, { rows }));
      return engine;
    },
    end: () => engine.stop(),
  };
});

const measured = (account_id: string, amount: number): { topic: string; value: object } => ({
  topic: 'toy.measured',
  value: { account_id, ad_id: 'x', amount },
});
const accounts = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('an owner that was overtaken', () => {
  it('commits nothing and sends nothing: what it takes meanwhile has its effect once, by the new owner', async () => {
    const namespace = randomUUID();
    const rows: Row[] = [];
    const old = await opened(namespace, { rows });
    await old.engine.publish({ source: 's', position: '1', events: accounts.map((account) => measured(account, 1)) });
    await old.engine.drain();

    // The old one knows nothing of the new one, and goes on reading.
    const next = await opened(namespace, { rows });
    for (let n = 2; n < 12; n++) {
      const events = accounts.map((account) => measured(account, n));
      await next.engine.publish({ source: 's', position: String(n), events });
    }
    await next.engine.drain();
    await expect.poll(() => old.failures.length, { timeout: 10_000 }).toBeGreaterThan(0);
    for (const failure of old.failures) expect(failure).toMatch(/lost partition \d; another owner has it/);
    expect(next.failures).toEqual([]);

    const seen = await seenOf(next.engine, rows);
    expect(seen.breaks).toBe(0);
    for (const account of accounts) expect(await next.engine.state('chain', account, 'x')).toMatchObject({ n: 11 });
    const links = rows.filter(({ table }) => table === 'links');
    expect(new Set(links.map(({ name }) => nameOf(name))).size).toBe(links.length);
    for (const { wiring } of next.engine.topology.processors)
      expect((await rebuild(next.engine, wiring.group)).differences).toEqual([]);
    await Promise.all([old.engine.stop(), next.engine.stop()]);
  });
});

const session = { session_ms: 6_000 };
const partitions = 4;
const many = Array.from({ length: 24 }, (_, i) => `account-${i}`);

/** Waits until all of a group's partitions are with one of these, each with one. */
async function settled(...instances: readonly Opened[]): Promise<void> {
  for (const group of ['chain', 'check', 'mirror'])
    await expect
      .poll(() => instances.flatMap((one) => one.owned(group)).sort(), { timeout: 40_000 })
      .toEqual([0, 1, 2, 3]);
}

describe('several instances', () => {
  it(
    'share the partitions, and hand them over as they come and go: every event has its effect once',
    { timeout: 120_000 },
    async () => {
      const namespace = randomUUID();
      const rows: Row[] = [];
      const given = { rows, sharing: session, partitions };
      const first = await opened(namespace, given);
      await settled(first);
      let n = 0;
      const round = async (by: Opened): Promise<void> => {
        n++;
        await by.engine.publish({
          source: 's',
          position: String(n),
          events: many.map((account) => measured(account, n)),
        });
      };
      for (let i = 0; i < 5; i++) await round(first);

      const second = await opened(namespace, given);
      for (let i = 0; i < 20; i++) await round(i % 2 === 0 ? first : second);
      await settled(first, second);
      for (const group of ['chain', 'check', 'mirror'])
        expect([first, second].map((one) => one.owned(group).length)).toEqual([2, 2]);
      for (let i = 0; i < 5; i++) await round(second);

      await first.stop();
      for (let i = 0; i < 5; i++) await round(second);
      await settled(second);
      await expect
        .poll(
          async () => {
            const states = await Promise.all(many.map((account) => second.engine.state('check', account, 'x')));
            return states.every((state) => Reflect.get(Object(state), 'n') === n);
          },
          { timeout: 40_000 },
        )
        .toBe(true);
      const seen = await seenOf(second.engine, rows);
      expect(seen.breaks).toBe(0);
      expect(seen.links).toHaveLength(n * many.length);
      for (const { wiring } of second.engine.topology.processors)
        expect((await rebuild(second.engine, wiring.group)).differences).toEqual([]);
      expect([...first.failures, ...second.failures]).toEqual([]);
      await second.stop();
    },
  );
});

describe('a source that is interrupted', () => {
  it('between its records and its position gives the same again, and each has its effect once', async () => {
    const namespace = randomUUID();
    const first = await opened(namespace);
    const publish = (by: Opened, n: number): Promise<void> =>
      by.engine.publish({ source: 's', position: String(n), events: accounts.map((account) => measured(account, n)) });
    await publish(first, 1);
    await first.engine.drain();
    await first.stop();

    // The position is what it was before the second batch, which is in the log.
    const redis = connectRedis(servers.redis_url);
    await redis.connect();
    const key = `${namespace}:positions`;
    const before = (await redis.hgetall(key)) as Record<string, string>;
    const second = await opened(namespace);
    await publish(second, 2);
    await second.engine.drain();
    await redis.hset(key, before);
    redis.disconnect();
    expect(await second.engine.log.position('s')).toBe('1');
    await publish(second, 2);
    await publish(second, 3);
    await second.engine.drain();
    for (const account of accounts) expect(await second.engine.state('chain', account, 'x')).toMatchObject({ n: 3 });
    expect((await rebuild(second.engine, 'chain')).differences).toEqual([]);
    await second.stop();
  });

  it('that gives its batches without waiting for each keeps their order and names each by itself', async () => {
    const namespace = randomUUID();
    const { engine, stop } = await opened(namespace);
    await Promise.all(
      [1, 2, 3, 4].map((n) =>
        engine.publish({ source: 's', position: String(n), events: [measured('a', n), measured('b', n)] }),
      ),
    );
    await engine.drain();
    expect(await engine.log.position('s')).toBe('4');
    for (const account of ['a', 'b']) expect(await engine.state('chain', account, 'x')).toMatchObject({ n: 4 });
    await stop();
  });
});
