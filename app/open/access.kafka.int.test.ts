/** What instances of the gateway share, on a real Redis with the rights of docs/security.md. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedGateway } from '../../engine/kafka/redis/buckets.ts';
import { aclOf } from '../../engine/kafka/redis/acl.ts';
import { connectRedis } from '../../engine/kafka/redis/redis.ts';
import { once, type Kept } from '../gateway/once.ts';
import { Services } from '../../testing/services/services.ts';
import { sharedBuckets, sharedReplies } from './access.ts';

const services = new Services();
let url: string;
const namespace = `gateway-${randomUUID().slice(0, 8)}`;
const open: SharedGateway[] = [];

beforeAll(async () => {
  url = await services.redis();
  const admin = connectRedis(url);
  await admin.connect();
  await admin.call('ACL', 'SETUSER', namespace, 'on', '>secret', ...aclOf(namespace));
  admin.disconnect();
}, 120_000);
afterAll(async () => {
  for (const shared of open) shared.close();
  await services.stop();
});

function instance(): SharedGateway {
  const shared = new SharedGateway({ url, secrets: { username: namespace, password: 'secret' }, namespace });
  open.push(shared);
  return shared;
}

describe('two instances of the gateway', () => {
  it('take from one bucket, and none more than it holds', async () => {
    const [first, second] = [sharedBuckets(instance()), sharedBuckets(instance())];
    const rule = { rate_per_s: 0.001, burst: 10 };
    const taken = await Promise.all(
      Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? first : second).take('caller', rule, 1)),
    );
    expect(taken.filter(({ ok }) => ok)).toHaveLength(10);
    expect(taken.filter(({ ok }) => !ok).every(({ wait_s }) => wait_s > 900)).toBe(true);
    expect(await first.take('another', rule, 4)).toEqual({ ok: true, remaining: 6, wait_s: 0 });
  });

  it('do a request once, whichever of them is asked, and answer alike', async () => {
    const replies = [sharedReplies(instance()), sharedReplies(instance())];
    let done = 0;
    const tried = { principal: 'key:a', operation: 'run_cycle', key: 'k', given: { account_id: 'act' } };
    const work = (): Promise<NonNullable<Kept['answer']>> =>
      Promise.resolve({ status: 202, body: `{"n":${++done}}`, headers: { location: '/x' } });
    const answers = [];
    for (const at of [0, 1, 0, 1]) {
      const shared = replies[at];
      if (shared !== undefined) answers.push(await once(shared, tried, work));
    }
    expect(done).toBe(1);
    expect(answers.map(({ again, answer }) => [again, answer.body])).toEqual([
      [false, '{"n":1}'],
      [true, '{"n":1}'],
      [true, '{"n":1}'],
      [true, '{"n":1}'],
    ]);
  });
});
