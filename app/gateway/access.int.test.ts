import { createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tick } from '../../testing/history.ts';
import { rival, runningProgram, token, type RunningProgram } from '../../testing/running-program.ts';
import { Oidc } from '../access/oidc.ts';
import { roles } from '../access/principal.ts';
import type { Access } from '../assemble.ts';
import type { Given } from './route.ts';
import { Contract } from './testing/contract.ts';

let program: RunningProgram;
let contract: Contract;
const keys: Record<string, string> = {};
const issuer = { url: '', keys: [] as object[] };
let signing: CryptoKey;

const issuerServer = createServer((_request, response) => {
  const path = _request.url ?? '';
  const body = path.endsWith('openid-configuration')
    ? { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
    : { keys: issuer.keys };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
});

const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });

async function openIssuer(): Promise<Access> {
  await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
  issuer.url = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
  const pair = await generateKeyPair('ES256', { extractable: true });
  signing = pair.privateKey;
  issuer.keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }];
  const claims = { role_claim: 'role', accounts_claim: 'accounts' };
  const oidc = new Oidc({ issuer: issuer.url, audience: 'flywheel', jwks_url: null, ...claims });
  return { oidc, origins: ['https://tools.example.com'], shared: null, close: () => Promise.resolve() };
}

beforeAll(async () => {
  const access = await openIssuer();
  const plenty = { rate_per_s: 10_000, burst: 10_000 };
  const limits = { read: plenty, write: plenty, heavy: plenty, events: plenty, live: plenty, guesses: plenty };
  const gateway = { headers_within_ms: 1_000, request_within_ms: 2_000, limits };
  program = await runningProgram({ days: 3, access, gateway });
  contract = await Contract.of(program.url);
  const { operations } = program.flywheel;
  for (const role of roles) {
    keys[`${role} of all`] = (await operations.create_key({ name: role, role })).key;
    keys[`${role} of act`] = (await operations.create_key({ name: role, role, accounts: ['act'] })).key;
    keys[`${role} of rival`] = (await operations.create_key({ name: role, role, accounts: [rival.account_id] })).key;
  }
}, 300_000);
afterAll(async () => {
  await program.stop();
  issuerServer.closeAllConnections();
  issuerServer.close();
});

const keyOf = (name: string): Record<string, string> => bearer(keys[name] ?? '');

/** Fields that a route is asked with about the account `act`. */
const known: Given = {
  account_id: 'act',
  ad_id: 'exp0-q',
  ad_ids: ['exp0-q'],
  creative_id: 'exp0-q',
  variant_id: 'exp0-q',
  experiment_id: 'exp0',
  campaign_id: 'exp0',
  id: 'ad.created/1/0',
};
const about = (id: string): Given => {
  const { example } = contract.route(id);
  return Object.fromEntries(Object.entries(example).map(([name, value]) => [name, known[name] ?? value]));
};

/** What an answer says beside what it was asked with. */
const beside = (text: string, given: Given): string =>
  Object.values(given).reduce<string>(
    (left, value) => (typeof value === 'string' ? left.replaceAll(value, '') : left),
    text,
  );

/** Words that only someone of `act` may read. */
const secrets = /exp\d-[qs]|set-exp\d|older than your phone|"account_id":"act"/;

describe('no route of the document tells or does anything', () => {
  it('to nobody', async () => {
    for (const { id } of contract.routes) {
      const { status, body } = await contract.ask(id, about(id), {});
      expect({ id, status, body }).toMatchObject({ status: 401, body: { code: 'request.no_token' } });
    }
  });

  it('to a role that is too low', async () => {
    for (const { id, role } of contract.routes) {
      const lower = roles[roles.indexOf(role) - 1];
      if (lower === undefined) continue;
      const { status, body } = await contract.ask(id, about(id), keyOf(`${lower} of all`));
      expect({ id, status, body }).toMatchObject({ status: 403, body: { code: 'request.role' } });
    }
  });

  it('of who asked for what, and whose keys there are, to any but admins, by whichever route', async () => {
    const made = await contract.ask('create_key', { name: 'audited', role: 'viewer' }, bearer(token));
    expect(made.status).toBeLessThan(300);
    for (const topic of ['audit.recorded', 'api.key.changed'])
      for (const [id, given] of [
        ['list_events', { topic }],
        ['operations_events', { topic }],
        ['export_table', { table: topic.replaceAll('.', '_') }],
        ['export_table', { table: `${topic.replaceAll('.', '_')}.csv` }],
        ['operations_follow', { id: `${topic}/0/0` }],
        ['operations_export_table', { table: topic.replaceAll('.', '_') }],
      ] as const) {
        const { status, body } = await contract.ask(id, given, keyOf('operator of all'));
        expect({ id, given, status, body }).toMatchObject({ status: 403, body: { code: 'request.role' } });
      }
    const { status } = await contract.ask('list_events', { topic: 'audit.recorded' }, keyOf('admin of all'));
    expect(status).toBe(200);
    // An id tells nothing either: it is as one that is not there.
    const followed = await contract.ask('follow_event', { id: 'audit.recorded/0/0' }, keyOf('operator of all'));
    expect(followed.status).toBe(404);
  });

  it('of an account to who may see another one, whatever he names', async () => {
    const before = await program.flywheel.operations.status();
    for (const { id, account } of contract.routes) {
      if (id === 'live') continue;
      const { status, text } = await contract.ask(id, about(id), keyOf('admin of rival'));
      expect({ id, text: secrets.exec(beside(text, about(id)))?.[0] }).toEqual({ id, text: undefined });
      const refused = account === 'none' || account === 'own' ? [200, 400, 403, 404] : [403];
      const open = account === 'optional' && !('account_id' in about(id));
      expect({ id, account, is: open || refused.includes(status), status }).toMatchObject({ id, is: true });
    }
    const after = await program.flywheel.operations.status();
    const written = (of: typeof before): unknown =>
      of.topics.filter(({ topic }) => !/^(audit|api)/.test(topic)).map(({ topic, records }) => ({ topic, records }));
    expect(written(after)).toEqual(written(before));
  });

  it('of another account to who names none: his own is meant', async () => {
    for (const { id } of contract.routes) {
      if (id === 'live' || id === 'publish_events') continue;
      const { account_id: _, ...given } = about(id);
      const { text } = await contract.ask(id, given, keyOf('viewer of rival'));
      expect({ id, text: secrets.exec(beside(text, given))?.[0] }).toEqual({ id, text: undefined });
    }
    const { body } = await contract.ask('search', { q: 'secret' }, keyOf('viewer of rival'));
    expect(body).toMatchObject({ results: [{ account_id: rival.account_id, id: rival.ad_id }] });
  });

  it('but it does to who may', async () => {
    const { text } = await contract.ask('list_events', { topic: 'ad.created' }, keyOf('viewer of act'));
    expect(text).toMatch(secrets);
    expect(text).not.toContain('rival');
  });
});

describe('events of others', () => {
  const send = (key: string, type: string, body: string, topic = 'ad.created'): Promise<Response> =>
    fetch(`${program.url}/api/events?topic=${topic}`, {
      method: 'POST',
      headers: { ...keyOf(key), 'content-type': type },
      body,
    });
  const ad = async (account_id: string): Promise<string> => {
    const { body } = await contract.ask(
      'list_events',
      { topic: 'ad.created', account_id: 'act', limit: 1 },
      bearer(token),
    );
    const { events } = body as { events: { value: object }[] };
    return JSON.stringify({ ...events[0]?.value, account_id, ad_id: 'by-another' });
  };

  it('are not taken, alone or among lines', async () => {
    const one = await send('operator of rival', 'application/json', await ad('act'));
    expect(one.status).toBe(403);
    const lines = `${await ad(rival.account_id)}\n${await ad('act')}`;
    const many = await send('operator of rival', 'application/x-ndjson', lines);
    expect(await many.json()).toMatchObject({
      accepted: 1,
      rejected_total: 1,
      rejected: [{ line: 2, field: 'account_id' }],
    });
    const tick = await send('operator of rival', 'application/json', JSON.stringify({ hour_ms: 0 }), 'tick.hourly');
    expect(await tick.json()).toMatchObject({ status: 403, code: 'request.all_accounts' });
  });
});

describe('what happens live', () => {
  /** Frames that a caller hears from now on, as they come. */
  async function listening(key: string): Promise<{ text: string; stop: () => void }> {
    const stopped = new AbortController();
    const response = await fetch(`${program.url}/api/live`, { headers: keyOf(key), signal: stopped.signal });
    const heard = { text: '', stop: () => stopped.abort() };
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const read = async (): Promise<void> => {
      for (;;) {
        const piece = await reader?.read();
        if (piece === undefined || piece.done) return;
        heard.text += piece.value;
      }
    };
    read().catch(() => undefined);
    return heard;
  }

  it('is heard by who may see the account, and how all does by who may see all', async () => {
    const [act, other, all] = [
      await listening('viewer of act'),
      await listening('viewer of rival'),
      await listening('viewer of all'),
    ];
    for (let hour = 72; hour < 80; hour++) await program.publish([tick(hour)]);
    await expect.poll(() => all.text, { timeout: 10_000 }).toMatch(/event: decision/);
    await expect.poll(() => act.text, { timeout: 10_000 }).toMatch(/event: decision/);
    expect(all.text).toMatch(/event: status/);
    expect(act.text).not.toMatch(/event: status/);
    expect(other.text).not.toMatch(/event: (decision|status)/);
    for (const { stop } of [act, other, all]) stop();
  }, 30_000);
});

describe('credentials', () => {
  const me = async (secret: string): Promise<{ status: number; body: unknown }> => {
    const { status, body } = await contract.ask('who_am_i', {}, bearer(secret));
    return { status, body };
  };
  const signed = (
    claims: object,
    over: { readonly iss?: string; readonly aud?: string; readonly exp?: string; readonly key?: CryptoKey } = {},
  ): Promise<string> =>
    new SignJWT({ role: 'operator', accounts: ['act'], ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setSubject('someone')
      .setIssuer(over.iss ?? issuer.url)
      .setAudience(over.aud ?? 'flywheel')
      .setExpirationTime(over.exp ?? '1h')
      .sign(over.key ?? signing);

  it('of a key say role and accounts, until it is revoked', async () => {
    const { operations } = program.flywheel;
    const { key, key_id } = await operations.create_key({ name: 'short', role: 'viewer', accounts: ['act'] });
    expect(await me(key)).toMatchObject({
      status: 200,
      body: { principal: `key:${key_id}`, role: 'viewer', accounts: ['act'] },
    });
    await operations.revoke_key({ key_id });
    expect(await me(key)).toMatchObject({
      status: 401,
      body: { code: 'request.credentials', detail: expect.stringContaining('revoked') },
    });
  });

  it('of a key end with it', async () => {
    const { key } = await program.flywheel.operations.create_key({ name: 'a day', role: 'viewer', days: 1 });
    expect((await me(key)).status).toBe(200);
    // An hour passes with each publication.
    for (let hour = 0; hour < 25; hour++) await program.publish([]);
    expect(await me(key)).toMatchObject({ status: 401, body: { detail: expect.stringContaining('expired') } });
  });

  it('are taken of a token of the issuer', async () => {
    expect(await me(await signed({}))).toMatchObject({
      status: 200,
      body: { principal: 'oidc:someone', role: 'operator', accounts: ['act'] },
    });
    expect(await me(await signed({ accounts: ['*'] }))).toMatchObject({ body: { accounts: 'all' } });
  });

  it('of a token hold no longer than it does, though it was checked before', async () => {
    let now_ms = Date.now();
    const settings = { issuer: issuer.url, audience: 'flywheel', jwks_url: null, role_claim: 'role' };
    const oidc = new Oidc({ ...settings, accounts_claim: 'accounts' }, () => now_ms);
    const short = await signed({}, { exp: '10s' });
    expect(await oidc.principalOf(short)).toMatchObject({ id: 'oidc:someone' });
    now_ms += 20_000;
    expect(await oidc.principalOf(short)).toMatchObject({ role: 'operator' });
    now_ms += 25_000;
    await expect(oidc.principalOf(short)).rejects.toMatchObject({ code: 'request.credentials' });
  });

  it('that are not right are refused, each in its own way', async () => {
    const other = (await generateKeyPair('ES256')).privateKey;
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: 'x', role: 'admin', accounts: ['*'], iss: issuer.url, aud: 'flywheel', exp: 9e9 })).toString('base64url')}.`;
    const whole = keys['admin of all'] ?? '';
    for (const secret of [
      await signed({}, { exp: '-1h' }),
      await signed({}, { iss: 'https://elsewhere.example.com' }),
      await signed({}, { aud: 'another' }),
      await signed({}, { key: other }),
      await signed({ role: 'owner' }),
      await signed({ accounts: 'act' }),
      await signed({ accounts: [] }),
      none,
      `${whole.slice(0, -1)}${whole.endsWith('A') ? 'B' : 'A'}`,
      whole.slice(0, 30),
      `fw_${'0'.repeat(18)}_${'A'.repeat(43)}`,
      'a.b.c',
      'x'.repeat(9_000),
    ])
      expect({ secret, ...(await me(secret)) }).toMatchObject({ status: 401 });
    for (const header of ['Basic YTpi', 'Bearer', `bearer  `, 'Bearer a b', whole])
      expect((await contract.ask('who_am_i', {}, { authorization: header })).status).toBe(401);
  });

  it('stand in no log, event or answer', async () => {
    const { key } = await program.flywheel.operations.create_key({ name: 'unseen', role: 'viewer' });
    await contract.ask('create_key', { name: 'made', role: 'viewer' }, bearer(token));
    const secret = key.slice('fw_'.length + 18 + 1);
    const seen: string[] = [...program.logged];
    for (const topic of ['api.key.changed', 'audit.recorded'])
      seen.push((await contract.ask('list_events', { topic, limit: 1_000 }, bearer(token))).text);
    seen.push(
      (await contract.ask('list_keys', {}, bearer(token))).text,
      (await contract.ask('list_audit', { limit: 1_000 }, bearer(token))).text,
    );
    for (const text of seen) {
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/fw_[0-9a-f]{18}_/);
      expect(text).not.toContain(token);
    }
    expect(seen.join('')).toContain('unseen');
  });
});

describe('what is written by strings', () => {
  const texts = [
    "'; DROP TABLE ad_created; -- \\' OR 1=1 {account:String}",
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    '../../etc/passwd%00%0a',
    '\u0000\u001b[31m\u202e\r\nX-Injected: 1',
    'a'.repeat(400),
  ];

  it('is a text to SQL, pages, headers and logs, in every field of every route', async () => {
    for (const { id, example, path } of contract.routes) {
      if (id === 'live' || /^operations_(rebuild|query)$/.test(id)) continue;
      for (const [field, value] of Object.entries(example)) {
        if (typeof value !== 'string') continue;
        // Operations are asked by the same code: one text shows that they are.
        for (const text of path.startsWith('/api/operations/') ? texts.slice(0, 1) : texts) {
          const { status, headers, body } = await contract.ask(id, { ...about(id), [field]: text }, bearer(token));
          expect({ id, field, text, ok: status < 500 }).toMatchObject({ ok: true });
          expect([200, 202, 207, 304, 400, 403, 404, 409, 422]).toContain(status);
          expect(headers.get('content-type') ?? 'json').toMatch(/json|^text\/csv/);
          expect(headers.get('x-content-type-options')).toBe('nosniff');
          if (status >= 400)
            expect({ id, field, body }).toMatchObject({
              body: { code: expect.any(String), remedy: expect.any(String) },
            });
        }
      }
    }
    const { body } = await contract.ask('operations_query', { sql: 'SELECT count() FROM ad_created' }, bearer(token));
    expect(body).toMatchObject({ rows: [[expect.any(Number)]] });
    for (const line of program.logged) expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
  }, 120_000);

  it('cannot make a pattern run long', async () => {
    // What backtracks would take minutes: the test has ten seconds.
    for (const q of [`${'a '.repeat(4_000)}!`, '('.repeat(5_000), `${'%'.repeat(3_000)}`])
      await contract.ask('search', { q }, bearer(token));
    await contract.ask('list_decisions', { after: 'A'.repeat(4_000) }, bearer(token));
    for (const header of [`Bearer${' '.repeat(8_000)}`, `${'Bearer '.repeat(1_000)}`, '"'.repeat(8_000)])
      await contract.ask('who_am_i', {}, { authorization: header, 'idempotency-key': header });
  }, 10_000);
});

describe('bodies', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(program.url + path, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json', ...headers },
      body,
    });
  const codeOf = async (response: Response): Promise<unknown> => ({
    status: response.status,
    code: Reflect.get((await response.json()) as object, 'code'),
  });

  it('that are too large, too deep or reach into prototypes are refused', async () => {
    const path = '/api/ml/rag/search-winners';
    const large = JSON.stringify({ query: 'x'.repeat(5 * 1024 * 1024) });
    expect(await codeOf(await post(path, large))).toEqual({ status: 413, code: 'request.too_large' });
    expect(await codeOf(await post(path, '['.repeat(100_000)))).toEqual({ status: 400, code: 'request.too_deep' });
    const inText = await post(path, JSON.stringify({ account_id: 'act', query: '['.repeat(1_000) }));
    expect(inText.status).toBe(200);
    expect(await codeOf(await post(path, '{"__proto__": {"role": "admin"}}'))).toEqual({
      status: 400,
      code: 'request.body',
    });
    expect(await codeOf(await post(path, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }))).toEqual({
      status: 415,
      code: 'request.media_type',
    });
    expect(await codeOf(await post(path, '{}\n', { 'content-type': 'application/x-ndjson' }))).toEqual({
      status: 415,
      code: 'request.media_type',
    });
    const deep = `{"account_id": ${'['.repeat(300_000)}${']'.repeat(300_000)}}`;
    const nested = await post('/api/events?topic=ad.created', deep, { 'content-type': 'application/x-ndjson' });
    expect(await nested.json()).toMatchObject({ accepted: 0, rejected: [{ line: 1, field: 'account_id' }] });
    const line = JSON.stringify({ name: 'x'.repeat(3 * 1024 * 1024) });
    const refused = await post('/api/events?topic=ad.created', line, { 'content-type': 'application/x-ndjson' });
    expect(await refused.json()).toMatchObject({ accepted: 0, rejected_total: 1 });
  });

  it('of clients that send slowly are given up', async () => {
    const { port } = new URL(program.url);
    const ended = (text: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
        let said = '';
        socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(said));
      });
    const head = `POST /api/me HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n`;
    expect(await ended(head)).toMatch(/^HTTP\/1.1 408|^$/);
    expect(
      await ended(
        `${head.replace('/api/me', '/api/events?topic=ad.created')}Content-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n{`,
      ),
    ).toMatch(/^HTTP\/1.1 (408|400|500)|^$/);
  }, 30_000);
});

describe('pages of others', () => {
  const ask = (
    method: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest(`${program.url}/api/me`, { method, headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
      outgoing.on('error', reject).end();
    });

  it('may ask only from origins that are named', async () => {
    const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
    const named = await ask('OPTIONS', { origin: 'https://tools.example.com', ...preflight });
    expect(named.headers['access-control-allow-origin']).toBe('https://tools.example.com');
    expect(named.headers['access-control-allow-credentials']).toBeUndefined();
    const other = await ask('OPTIONS', { origin: 'https://evil.example.com', ...preflight });
    expect([other.status, other.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect((await ask('GET', { origin: 'https://evil.example.com', ...bearer(token) })).status).toBe(403);
    expect((await ask('GET', { origin: 'https://tools.example.com', ...bearer(token) })).status).toBe(200);
  });
});
