import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Services } from '../../../testing/services/services.ts';
import { emptyHead, type Commit } from '../../ledger.ts';
import { ledgerContract } from '../../ledger.contract.ts';
import type { NewRecord } from '../../ports.ts';
import { connectRedis } from './redis.ts';
import { positionsIn } from './positions.ts';
import { RedisTaskLedger } from './ledger.ts';

const services = new Services();
let redis: Redis;
let url: string;

beforeAll(async () => {
  url = await services.redis();
  redis = connectRedis(url);
  await redis.connect();
});
afterAll(async () => {
  redis.disconnect();
  await services.stop();
});

interface Given {
  readonly client?: Redis;
  readonly namespace?: string;
  readonly journal?: (line: NewRecord) => Promise<number>;
}

const ledgerOf = ({
  client = redis,
  namespace = randomUUID(),
  journal = () => Promise.resolve(0),
}: Given = {}): RedisTaskLedger =>
  new RedisTaskLedger({ redis: client, namespace, journal, owner: 'test', answer_within_ms: 2_000 }, 'group', 3);

ledgerContract('Redis', async () => {
  const namespace = randomUUID();
  const ledger = ledgerOf({ namespace });
  await ledger.claim(1);
  return {
    ledger,
    again: async () => {
      const other = ledgerOf({ namespace });
      await other.claim(2);
      // The first one goes on: it is the same owner in these tests.
      await ledger.claim(2);
      return other;
    },
  };
});

const commitOf = (seq: number, given: Partial<Commit> = {}): Commit => ({
  seq,
  head: { ...emptyHead, seq },
  state: [{ kind: 'state', key: 'a', value: [1, seq] }],
  ...given,
});

describe('an owner in Redis', () => {
  it('that was overtaken commits nothing, marks nothing and resets nothing', async () => {
    const namespace = randomUUID();
    const [old, next] = [ledgerOf({ namespace }), ledgerOf({ namespace })];
    await old.claim(5);
    expect(await old.commit(commitOf(1))).toBe('applied');
    await next.claim(9);
    expect(await old.commit(commitOf(2))).toBe('fenced');
    await old.markDelivered(1);
    await expect(old.reset()).rejects.toThrow(/lost to another owner/);
    expect((await next.head()).seq).toBe(1);
    expect((await next.head()).delivered_seq).toBe(0);
    expect(await next.commit(commitOf(2))).toBe('applied');
  });

  it('cannot claim with an epoch that is older than the one that has it', async () => {
    const namespace = randomUUID();
    await ledgerOf({ namespace }).claim(9);
    await expect(ledgerOf({ namespace }).claim(8)).rejects.toThrow(/newer owner than epoch 8/);
  });

  it('writes the journal line before the commit, and none where the seq does not follow', async () => {
    const seen: string[] = [];
    const ledger = ledgerOf({
      journal: async ({ key }) => {
        seen.push(`${key} at ${(await ledgerSeq()) ?? 0}`);
        return 0;
      },
    });
    const ledgerSeq = async (): Promise<number> => (await ledger.head()).seq;
    await ledger.claim(1);
    const journal = { topic: 'j', partition: 3, key: 'line', value: Buffer.from('x') };
    await ledger.commit(commitOf(1, { journal }));
    await ledger.commit(commitOf(3, { journal }));
    expect(seen).toEqual(['line at 0']);
  });

  it('whose answer is lost asks again, and the commit is made once', async () => {
    const client = connectRedis(url);
    await client.connect();
    const ledger = ledgerOf({ client });
    await ledger.claim(1);
    await ledger.commit(commitOf(1));
    // The next answer of a script never arrives.
    const evalsha = client.evalsha.bind(client);
    let lost = 0;
    client.evalsha = ((...call: Parameters<typeof evalsha>) =>
      evalsha(...call).then((answer) => {
        if (lost++ === 0) throw new Error('Connection is closed.');
        return answer;
      })) as typeof client.evalsha;
    expect(await ledger.commit(commitOf(2))).toBe('applied');
    expect(lost).toBe(2);
    expect((await ledger.head()).seq).toBe(2);
    expect(await ledger.commit(commitOf(3))).toBe('applied');
    client.disconnect();
  });

  it('that is being overtaken commits nothing behind the claim in the journal, where its line would be void', async () => {
    const namespace = randomUUID();
    const old = ledgerOf({ namespace });
    await old.claim(5);
    await old.commit(commitOf(1));
    // It is dead, as far as anybody can see: the next one waits for nobody.
    let during: string | undefined;
    const next = ledgerOf({
      namespace,
      // The claim is on its way into the journal.
      journal: async () => {
        during = await old.commit(commitOf(2));
        return 9;
      },
    });
    await next.take();
    expect(during).toBe('fenced');
    expect((await next.head()).seq).toBe(1);
    expect(await next.commit(commitOf(2))).toBe('applied');
  });

  it('that closed a partition does not get it where another closed it meanwhile', async () => {
    const namespace = randomUUID();
    const other = ledgerOf({ namespace });
    const first = ledgerOf({
      namespace,
      journal: async () => {
        await other.claim(7);
        return 9;
      },
    });
    await expect(first.take()).rejects.toThrow(/newer owner/);
    expect(await other.commit(commitOf(1))).toBe('applied');
  });

  it('is waited for by the next one until it has finished what is under way', async () => {
    const namespace = randomUUID();
    const [old, next] = [ledgerOf({ namespace }), ledgerOf({ namespace, journal: () => Promise.resolve(9) })];
    await old.claim(0);
    await old.commit(commitOf(1));
    const taking = next.take();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await old.commit(commitOf(2))).toBe('applied');
    await old.handOver();
    await taking;
    expect((await next.head()).seq).toBe(2);
    await expect(old.commit(commitOf(3))).rejects.toMatchObject({ code: 'ledger.disconnected' });
  });

  it('does not mark what Redis has forgotten: the lost commits would count as made', async () => {
    const namespace = randomUUID();
    const ledger = ledgerOf({ namespace });
    await ledger.claim(1);
    const outbox = (seq: number): Partial<Commit> => ({ outbox: { seq, records: [], rows: [], bytes: 1 } });
    await ledger.commit(commitOf(1, outbox(1)));
    const head = `{${namespace}:group:3}:head`;
    const before = await redis.hgetallBuffer(head);
    await ledger.commit(commitOf(2, outbox(2)));
    // Redis comes back as it was a commit ago.
    await redis.hset(head, before);
    await ledger.markDelivered(2);
    const next = ledgerOf({ namespace });
    await next.claim(2);
    expect(await next.head()).toMatchObject({ seq: 1, delivered_seq: 0 });
  });

  it('does nothing on a new connection, behind which its claim may be forgotten, until it claims again', async () => {
    const client = connectRedis(url);
    await client.connect();
    const ledger = ledgerOf({ client });
    await ledger.claim(1);
    await ledger.commit(commitOf(1));
    client.disconnect(true);
    await expect(ledger.commit(commitOf(2))).rejects.toMatchObject({ code: 'ledger.disconnected' });
    await ledger.claim(2);
    expect(await ledger.commit(commitOf(2))).toBe('applied');
    client.disconnect();
  });

  it('reads again what it no longer owns: others go on', async () => {
    const namespace = randomUUID();
    const [ledger, next, reader] = [ledgerOf({ namespace }), ledgerOf({ namespace }), ledgerOf({ namespace })];
    await ledger.claim(1);
    await ledger.commit(commitOf(1));
    expect((await reader.head()).seq).toBe(1);
    ledger.release();
    await next.claim(2);
    await next.commit(commitOf(2));
    expect((await ledger.head()).seq).toBe(2);
    expect((await reader.head()).seq).toBe(2);
  });

  it('commits nothing of a batch that a Redis without room refuses, and waits for room', async () => {
    const ledger = ledgerOf();
    await ledger.claim(1);
    await ledger.commit(commitOf(1));
    const deletion = { kind: 'state', key: 'a', value: null } as const;
    await redis.config('SET', 'maxmemory', '1');
    const waiting = ledger.commit(commitOf(2, { state: [deletion, { kind: 'part', key: 'b', value: [1, 1] }] }));
    try {
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await ledger.getMany('state', ['a']))[0]).toBeDefined();
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    expect(await waiting).toBe('applied');
    expect(await ledger.getMany('state', ['a'])).toEqual([undefined]);
  });

  it('is told where a key holds something else, and nothing is written', async () => {
    const namespace = randomUUID();
    const ledger = ledgerOf({ namespace });
    await ledger.claim(1);
    await redis.set(`{${namespace}:group:3}:part`, 'no hash');
    await expect(ledger.commit(commitOf(1))).rejects.toThrow(/WRONGKEY .*:part is a string/);
    expect(await redis.exists(`{${namespace}:group:3}:state`)).toBe(0);
  });

  it('keeps all of a partition in one slot of a cluster', async () => {
    const namespace = randomUUID();
    const ledger = ledgerOf({ namespace });
    await ledger.claim(1);
    await ledger.commit(commitOf(1));
    const keys = await redis.keys(`*${namespace}*`);
    expect(keys.length).toBeGreaterThan(1);
    for (const key of keys) expect(key).toMatch(/^\{[^}]+\}:/);
  });
});

describe('the place of a source', () => {
  it('moves from batch to batch, and is refused where another process moved it', async () => {
    const positions = positionsIn(redis, randomUUID());
    expect(await positions.get('s')).toBeUndefined();
    const first = { position: 'line 3', batch: 1 };
    expect(await positions.set('s', first)).toBe(true);
    // An answer that was lost is asked for again.
    expect(await positions.set('s', first)).toBe(true);
    expect(await positions.set('s', { position: 'line 4', batch: 1 })).toBe(false);
    expect(await positions.set('s', { position: 'line 9', batch: 3 })).toBe(false);
    expect(await positions.get('s')).toEqual(first);
    expect(await positions.set('s', { position: 'line 9', batch: 2 })).toBe(true);
  });
});
