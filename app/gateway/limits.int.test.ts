import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Access, Serving } from '../assemble.ts';
import { DecisionFeed } from '../operations/decisions/feed.ts';
import { startDouble, type Double } from '../operations/doubles.ts';
import { serve } from './gateway.ts';
import { OwnBuckets } from './limits/buckets.ts';
import { OwnReplies } from './once.ts';

const token = 'a-token-for-this-test';
const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });

describe('limits', () => {
  const small = { rate_per_s: 0.001, burst: 3 };
  const rules = { read: small, write: small, heavy: small, events: small, live: small, guesses: small };
  const shared = { buckets: new OwnBuckets(() => Date.now()), replies: new OwnReplies(() => Date.now()) };
  const access: Access = { oidc: null, origins: [], shared, close: () => Promise.resolve() };
  const instances: { readonly double: Double; readonly serving: Serving }[] = [];

  async function instance(): Promise<(typeof instances)[number]> {
    const double = await startDouble(Date.UTC(2026, 0, 5));
    const { context, operations } = double;
    const decisions = new DecisionFeed(context.engine, context.directory);
    const logger = pino({ enabled: false });
    const what = { context, operations, decisions, host: '127.0.0.1', port: 0, token, logger, access };
    return { double, serving: await serve(what, { limits: rules }) };
  }

  beforeAll(async () => {
    for (let i = 0; i < 2; i++) instances.push(await instance());
  });
  afterAll(() => Promise.all(instances.map(({ serving }) => serving.close())));

  const ask = (at: number, path = '/api/me', secret = token): Promise<Response> =>
    fetch(`${instances[at]?.serving.url ?? ''}${path}`, { headers: bearer(secret) });

  it('are of a caller over all instances, told in each answer, and refuse with how long to wait', async () => {
    const answers = [await ask(0), await ask(1), await ask(0), await ask(1)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('ratelimit')?.split(';')[1])).toEqual(['r=2', 'r=1', 'r=0', 'r=0']);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"read";q=3;w=3000');
    const last = answers[3];
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(900);
    expect(await last?.json()).toMatchObject({ code: 'request.too_many', status: 429 });
  });

  it('weigh what a request costs, and leave other callers and classes alone', async () => {
    const { key } = (await instances[0]?.double.operations.create_key({ name: 'a', role: 'viewer' })) ?? {
      key: '',
    };
    expect((await ask(0, '/api/search?q=a', key)).headers.get('ratelimit')).toContain('r=1');
    expect((await ask(0, '/api/search?q=a', key)).status).toBe(429);
    expect((await ask(0, '/api/me', key)).status).toBe(200);
    expect((await ask(1, '/api/decisions/explain?id=a')).status).toBe(404);
  });

  it('hold back who guesses credentials, and nobody who has them', async () => {
    const guesses: number[] = [];
    for (let i = 0; i < 6; i++)
      guesses.push((await ask(0, '/api/me', `fw_${'0'.repeat(18)}_${'A'.repeat(43)}`)).status);
    expect(guesses[0]).toBe(401);
    expect(guesses.at(-1)).toBe(429);
    const { key } = (await instances[0]?.double.operations.create_key({ name: 'b', role: 'viewer' })) ?? {
      key: '',
    };
    expect((await ask(0, '/api/me', key)).status).toBe(200);
  });
});
