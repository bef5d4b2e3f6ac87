/** Operations on a group of which other instances work: refused, or seen as it is. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { onBroker } from '../../../testing/services/on-broker.ts';
import { toyOptions } from '../../../testing/toy/options.ts';
import type { Log } from '../../ports.ts';
import { rebuild } from '../../state/rebuild.ts';
import { resetGroup } from '../../state/reset-group.ts';
import { pack } from '../../state/codec.ts';
import { openKafkaHistory } from '../history.ts';
import { openKafka, type KafkaEngine, type KafkaEngineOptions } from '../kafka.ts';
import { connectRedis } from '../redis/redis.ts';

const servers = onBroker();

const partitions = 2;
const events = 40;

const optionsOf = (namespace: string): Omit<KafkaEngineOptions, 'sharing' | 'groups'> => ({
  ...toyOptions,
  partitions,
  kafka: { brokers: servers.brokers, client_id: namespace, topic_prefix: `${namespace}.` },
  redis_url: servers.redis_url,
  namespace,
  stamps: 'broker',
  clock: { now_ms: () => Date.now() },
  rows: { send: () => Promise.resolve() },
});

const opened = (namespace: string, groups?: readonly string[]): Promise<KafkaEngine> =>
  openKafka({ ...optionsOf(namespace), sharing: { session_ms: 6_000 }, ...(groups && { groups }) });

async function published({ engine }: KafkaEngine): Promise<void> {
  for (let n = 0; n < events; n++)
    await engine.publish({
      source: 'test',
      position: String(n),
      events: [{ topic: 'toy.measured', value: { account_id: `a${n % 5}`, ad_id: 'x', amount: n } }],
    });
}

const handledBy = async ({ engine }: KafkaEngine, group: string): Promise<number> =>
  (await engine.statuses()).find((one) => one.group === group)?.events_total ?? 0;

/** An instance at work that has handled all events. */
async function working(namespace: string): Promise<KafkaEngine> {
  const one = await opened(namespace);
  await one.start();
  await published(one);
  await expect.poll(() => handledBy(one, 'chain'), { timeout: 40_000 }).toBeGreaterThanOrEqual(events);
  await one.engine.drain();
  return one;
}

const statesOf = async ({ engine }: KafkaEngine): Promise<readonly unknown[]> => {
  const states: unknown[] = [];
  for await (const entry of engine.scan('chain')) states.push(entry);
  return states;
};

describe('a group that another instance works on', { timeout: 90_000 }, () => {
  it('is neither reset nor replaced, and is compared with what that instance has stored', async () => {
    const namespace = randomUUID();
    const one = await working(namespace);
    const command = await opened(namespace, []);
    const refused = { code: 'group.elsewhere', message: expect.stringMatching(/1 instance works on it \(.* on .*\)/) };
    const reset = command.hold('chain', () => resetGroup(command.engine, 'chain'));
    await expect(reset).rejects.toMatchObject(refused);
    const replaced = command.hold('chain', () => rebuild(command.engine, 'chain', { replace: true }));
    await expect(replaced).rejects.toMatchObject(refused);

    const { differences, keys, replaced: none } = await rebuild(command.engine, 'chain');
    expect({ differences, none }).toEqual({ differences: [], none: null });
    expect(keys).toBe(5);
    // The one that works was not disturbed.
    await published(one);
    await expect.poll(() => handledBy(one, 'chain'), { timeout: 20_000 }).toBeGreaterThanOrEqual(2 * events);
    await command.stop();
    await one.stop();
  });

  it('has its history read to decide on, as it was when it was opened', async () => {
    const namespace = randomUUID();
    const one = await working(namespace);
    const seen = async (log: Log, topic: string): Promise<number> => {
      let count = 0;
      for (let partition = 0; partition < partitions; partition++) {
        const { end } = await log.range(topic, partition);
        for (let at = 0; at < end;) {
          const read = await log.read(topic, partition, at, 7);
          count += read.length;
          at = (read.at(-1)?.offset ?? end) + 1;
        }
      }
      return count;
    };
    const topics = ['toy.measured', 'toy.link'] as const;
    const counted = (log: Log): Promise<readonly number[]> => Promise.all(topics.map((topic) => seen(log, topic)));
    const before = await counted(one.engine.log);
    expect(Math.min(...before)).toBeGreaterThanOrEqual(events);
    const { log, close } = await openKafkaHistory(optionsOf(namespace));
    await published(one);
    expect(await counted(log)).toEqual(before);
    expect(Math.min(...(await counted(one.engine.log)))).toBeGreaterThan(Math.max(...before));
    await close();
    await one.stop();
  });
});

describe('a group at rest', { timeout: 90_000 }, () => {
  it('has its state made again and put in place of the stored one, which was damaged, with counts', async () => {
    const namespace = randomUUID();
    const one = await working(namespace);
    const expected = await statesOf(one);
    await one.stop();

    const redis = connectRedis(servers.redis_url);
    await redis.connect();
    const partition = one.engine.partitionOf('a0');
    const key = `{${namespace}:chain:${partition}}:state`;
    const [field = ''] = await redis.hkeys(key);
    await redis.hset(key, field, Buffer.from(pack([1, { n: 99 }])));
    await redis.hset(key, 'a\u0000nobody', Buffer.from(pack([1, { n: 1 }])));
    redis.disconnect();

    const command = await opened(namespace, []);
    const { differences, replaced } = await command.hold('chain', () =>
      rebuild(command.engine, 'chain', { replace: true }),
    );
    expect(differences.length).toBe(2);
    expect(replaced).toMatchObject({ before: { state: 6 }, after: { state: 5 } });
    expect((await rebuild(command.engine, 'chain')).differences).toEqual([]);
    expect(await statesOf(command)).toEqual(expected);
    await command.stop();

    // Whoever starts next goes on with it.
    const next = await opened(namespace);
    await next.start();
    await published(next);
    await expect.poll(() => handledBy(next, 'chain'), { timeout: 40_000 }).toBeGreaterThanOrEqual(2 * events);
    await next.engine.drain();
    expect((await rebuild(next.engine, 'chain')).differences).toEqual([]);
    await next.stop();
  });

  it('begins anew when it is reset, under its next run', async () => {
    const namespace = randomUUID();
    const one = await working(namespace);
    const before = await statesOf(one);
    await one.stop();
    const command = await opened(namespace, []);
    expect(await command.hold('chain', () => resetGroup(command.engine, 'chain'))).toEqual({ run: 2 });
    expect(await statesOf(command)).toEqual([]);
    await command.stop();
    const next = await opened(namespace);
    await next.start();
    await expect.poll(() => handledBy(next, 'chain'), { timeout: 40_000 }).toBeGreaterThanOrEqual(events);
    await next.engine.drain();
    expect(await statesOf(next)).toEqual(before);
    await next.stop();
  });

  it('is held by one at a time, whose writes are refused when an instance has taken it meanwhile', async () => {
    const namespace = randomUUID();
    const [one, two] = [await opened(namespace, []), await opened(namespace, [])];
    const owner = await opened(namespace);
    await one.hold('chain', async () => {
      await expect(two.hold('chain', () => Promise.resolve())).rejects.toMatchObject({ code: 'group.elsewhere' });
      await owner.start();
      await published(owner);
      await expect.poll(() => handledBy(owner, 'chain'), { timeout: 40_000 }).toBeGreaterThanOrEqual(events);
      await expect(rebuild(one.engine, 'chain', { replace: true })).rejects.toThrow();
    });
    await owner.engine.drain();
    expect((await rebuild(owner.engine, 'chain')).differences).toEqual([]);
    await Promise.all([one, two, owner].map((each) => each.stop()));
  });
});
