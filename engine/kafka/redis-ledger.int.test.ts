import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Services } from '../../testing/services/services.ts';
import { emptyHead, type Commit } from '../ledger.ts';
import { ledgerContract } from '../ledger.contract.ts';
import type { NewRecord } from '../ports.ts';
import { connectRedis } from './redis.ts';
import { positionsIn } from './positions.ts';
import { RedisTaskLedger } from './redis-ledger.ts';

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

  it('has its epoch no longer than its connection: a Redis that comes back may have forgotten who owned what', async () => {
    const client = connectRedis(url);
    await client.connect();
    const namespace = randomUUID();
    const ledger = ledgerOf({ client, namespace });
    await ledger.claim(1);
    expect(await ledger.commit(commitOf(1))).toBe('applied');
    await redis.client('KILL', 'ID', await client.client('ID'));
    await expect.poll(() => client.status).toBe('ready');
    expect(await ledger.commit(commitOf(2))).toBe('fenced');
    await ledger.markDelivered(1);
    expect(await ledgerOf({ namespace }).head()).toMatchObject({ seq: 1, delivered_seq: 0 });
    await ledger.claim(2);
    expect(await ledger.commit(commitOf(2))).toBe('applied');
    client.disconnect();
  });

  it('whose connection ends before the answer counts as refused, and what was written is read by the next', async () => {
    const client = connectRedis(url);
    await client.connect();
    const namespace = randomUUID();
    const ledger = ledgerOf({ client, namespace });
    await ledger.claim(1);
    await ledger.commit(commitOf(1));
    const evalsha = client.evalsha.bind(client);
    Object.assign(client, {
      evalsha: async (...call: Parameters<typeof evalsha>) => {
        await evalsha(...call);
        await redis.client('KILL', 'ID', await client.client('ID'));
        await expect.poll(() => client.status).toBe('ready');
        throw new Error('Connection is closed.');
      },
    });
    expect(await ledger.commit(commitOf(2))).toBe('fenced');
    const next = ledgerOf({ namespace });
    await next.claim(2);
    expect((await next.head()).seq).toBe(2);
    client.disconnect();
  });

  it('that only looks sees what others commit meanwhile, and commits nothing', async () => {
    const namespace = randomUUID();
    const [owner, visitor] = [ledgerOf({ namespace }), ledgerOf({ namespace })];
    await owner.claim(1);
    expect((await visitor.head()).seq).toBe(0);
    await owner.commit(commitOf(1));
    expect((await visitor.head()).seq).toBe(1);
    expect(await visitor.commit(commitOf(2))).toBe('fenced');
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
