import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exampleOf } from '../../schemas/examples.ts';
import type { ServeWith, Serving } from '../assemble.ts';
import { startDouble, type Double } from '../operations/doubles.ts';
import { DecisionFeed } from '../operations/decisions/feed.ts';
import { RemoteError, remoteOperations } from '../operations/remote.ts';
import { serve, type GatewayOptions } from './gateway.ts';
import { body_limit_bytes } from './request-limits.ts';

const hour_ms = 3_600_000;
const start_ms = Date.UTC(2026, 0, 5);
const token = 'a-token-for-this-test';

let double: Double;
let decisions: DecisionFeed;
let serving: Serving | undefined;
let folder: string;
let logged: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flywheel-gateway-'));
  mkdirSync(join(folder, 'assets'));
  logged = [];
  double = await startDouble(start_ms);
  decisions = new DecisionFeed(double.driver.engine, double.context.directory);
  decisions.open();
});

afterEach(async () => {
  await serving?.close();
  serving = undefined;
  decisions.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(over: Partial<ServeWith> = {}, options: GatewayOptions = {}): Promise<string> {
  const logger = pino({}, { write: (line) => void logged.push(line) });
  const what: ServeWith = {
    context: double.context,
    operations: double.operations,
    decisions,
    host: '127.0.0.1',
    port: 0,
    token,
    logger,
    ...over,
  };
  serving = await serve(what, { page_folder: folder, ...options });
  return serving.url;
}

/** Lines of hours with 40 clicks each: the third makes a winner. */
function hours(count: number, from = 0): string {
  return Array.from({ length: count }, (_, i) => {
    const window_start_ms = start_ms - (48 - from - i) * hour_ms;
    const window = { window_start_ms, window_end_ms: window_start_ms + hour_ms, as_of_ms: window_start_ms + hour_ms };
    const counts = { account_id: 'act_1', impressions: 800, clicks: 50, link_clicks: 40, reach: null };
    return JSON.stringify({ ...exampleOf('ad.metrics'), ...window, ...counts });
  }).join('\n');
}

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  field: z.string().nullable(),
  remedy: z.string().nullable(),
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request with exactly these headers: `fetch` does not let one say who the host is. */
function ask(url: string, method: string, headers: Record<string, string>, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const bearer = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const problemIn = ({ text }: Answer): z.infer<typeof problem> => problem.parse(JSON.parse(text));

describe('operations over HTTP', () => {
  it('are those in process: what is published is decided, explained and followed from afar', async () => {
    const remote = remoteOperations({ url: await start(), token });
    const report = await remote.publish({ topic: 'ad.metrics', ndjson: `${hours(3)}\n{"account_id": 7}` });
    expect(report).toMatchObject({ accepted: 3, rejected: [{ line: 4 }] });
    await double.driver.settle();
    const [winner] = await remote.decisions({});
    expect(winner).toMatchObject({ topic: 'winner.detected', account_id: 'act_1' });
    const id = winner?.id ?? '';
    expect(await remote.explain({ id })).toEqual(await double.operations.explain({ id }));
    expect(await remote.follow({ id })).toEqual(await double.operations.follow({ id }));
    expect(await remote.events({ topic: 'ad.metrics', limit: 2 })).toHaveLength(2);
    expect(await remote.topology()).toEqual(await double.operations.topology());
    expect(await remote.dead_letters({})).toEqual({ rows: [], total: 0 });
    expect((await remote.status()).summary.dead_letters).toBe(0);
    expect(await remote.rebuild({ group: 'count' })).toMatchObject({ equal: true });
  });

  it('that find nothing answer 404, which reads as null again', async () => {
    const url = await start();
    const remote = remoteOperations({ url, token });
    expect(await remote.experiment({ account_id: 'act_9', experiment_id: 'exp_9' })).toBeNull();
    expect(await remote.dead_letter({ id: '0:99' })).toBeNull();
    expect(await remote.follow({ id: 'ad.metrics/0/99' })).toBeNull();
    expect(await remote.explain({ id: 'promote/1/evidence.changed/0/99/0' })).toBeNull();
    const answer = await ask(`${url}/api/operations/dead_letter`, 'POST', bearer, '{"id":"0:99"}');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(problemIn(answer)).toMatchObject({ code: 'dead_letter.unknown', status: 404 });
  });

  it('refused by the operation keep code and remedy on the way', async () => {
    const remote = remoteOperations({ url: await start(), token });
    const failure = await remote.set_speed({ speed: 2 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RemoteError);
    expect(failure).toMatchObject({ code: 'usage.invalid', remedy: expect.stringContaining('--source') });
    await expect(remote.events({ topic: 'ad.metric' })).rejects.toMatchObject({ code: 'topic.unknown' });
  });

  it.each([
    ['decisions', '{"limit":"ten"}', 'limit', '"ten"'],
    ['decisions', '{"limit":0}', 'limit', '0'],
    ['events', '{}', 'topic', 'absent'],
    ['events', '{"topic":"ad.metrics","limits":3}', 'limits', '3'],
    ['redrive', '{"ids":["0:1",7]}', 'ids.1', '7'],
    ['set_speed', '{"speed":-1}', 'speed', '-1'],
    ['status', '[]', 'the argument', '[]'],
  ])('%s of %s is refused by naming the field %s and its value %s', async (name, body, field, value) => {
    const answer = await ask(`${await start()}/api/operations/${name}`, 'POST', bearer, body);
    const said = problemIn(answer);
    expect(answer.status).toBe(400);
    expect(said).toMatchObject({ code: 'request.argument', field });
    expect(said.detail).toContain(`${name}: ${field} is ${value}`);
    expect(said.remedy).toContain(`${name} takes`);
  });

  it.each([
    ['POST', '/api/operations/toString', '{}', bearer, 404, 'request.operation'],
    ['POST', '/api/operations/statsu', '{}', bearer, 404, 'request.operation'],
    ['GET', '/api/operations/status', '', bearer, 405, 'request.method'],
    ['POST', '/healthz', '{}', bearer, 405, 'request.method'],
    ['POST', '/api/operations/status', '{}', { ...bearer, 'content-type': 'text/plain' }, 415, 'request.media_type'],
    ['POST', '/api/operations/status', '{"a":', bearer, 400, 'request.body'],
    ['POST', '/api/operations/status', '{}', { ...bearer, 'content-type': 'text/html' }, 415, 'request.media_type'],
    ['GET', '/../package.json', '', {}, 404, 'request.path'],
    ['GET', '/assets/%2e%2e/index.html', '', {}, 404, 'request.path'],
  ])('%s %s with %s is a problem that says what to do', async (method, path, body, headers, status, code) => {
    writeFileSync(join(folder, 'index.html'), 'page');
    const answer = await ask(`${await start()}${path}`, method, headers as Record<string, string>, body);
    expect(problemIn(answer)).toMatchObject({ status, code, remedy: expect.stringMatching(/\w/) });
    expect(answer.status).toBe(status);
  });

  it('larger than the limit are refused', async () => {
    const body = JSON.stringify({ sql: 'x'.repeat(body_limit_bytes) });
    const answer = await ask(`${await start()}/api/operations/query`, 'POST', bearer, body);
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'request.too_large' });
  });

  it('that fail by a defect say so without a stack, and are logged with one', async () => {
    const operations = { ...double.operations, topology: () => Promise.reject(new Error('a defect')) };
    const answer = await ask(`${await start({ operations })}/api/operations/topology`, 'POST', bearer, '{}');
    expect(problemIn(answer)).toMatchObject({ status: 500, code: 'unexpected', detail: 'a defect' });
    expect(answer.text).not.toContain('gateway.int.test');
    expect(logged.join('')).toContain('gateway.int.test');
  });

  it('carry numbers that JSON has no word for as null', async () => {
    const rows = [{ ...exampleRow, e_value: Number.POSITIVE_INFINITY }];
    const operations = { ...double.operations, experiments: () => Promise.resolve({ rows, total: 1, next: null }) };
    const remote = remoteOperations({ url: await start({ operations }), token });
    expect((await remote.experiments({})).rows[0]?.e_value).toBeNaN();
  });
});

const exampleRow = {
  account_id: 'act_1',
  experiment_id: 'exp_1',
  campaign_id: 'cmp_1',
  name: 'Hero image',
  provenance: 'simulated',
  status: 'running',
  announced: null,
  announced_ms: null,
  design: 'parallel',
  primary_metric: 'link_ctr',
  standing: 'running',
  waits_for: null,
  leading_ad_id: null,
  leading_name: null,
  e_value: 1,
  threshold: 600,
  impressions: 10,
  smallest_arm_impressions: 5,
  needed_impressions: 500,
  days_left: null,
  reason: 'too early',
  at_ms: start_ms,
} as const;

describe('who may ask', () => {
  it('shows the token, or the cookie that the page was given', async () => {
    writeFileSync(join(folder, 'index.html'), '<p>page</p>');
    const url = await start();
    const path = `${url}/api/operations/topology`;
    const page = await ask(`${url}/`, 'GET', {});
    expect(page).toMatchObject({ status: 200, text: '<p>page</p>' });
    const [given = ''] = page.headers['set-cookie'] ?? [];
    expect(given).toMatch(/; HttpOnly; SameSite=Strict$/);
    const cookie = given.split(';')[0] ?? '';
    const json = { 'content-type': 'application/json' };
    expect((await ask(path, 'POST', { ...json, cookie: `a=b; ${cookie}` }, '{}')).status).toBe(200);
    expect((await ask(path, 'POST', bearer, '{}')).status).toBe(200);
    for (const headers of [{}, { cookie: `${cookie}x` }, { authorization: 'Bearer other' }, { authorization: token }]) {
      const answer = await ask(path, 'POST', { ...json, ...headers }, '{}');
      expect(problemIn(answer)).toMatchObject({
        status: 401,
        code: expect.stringMatching(/^request\.(no_token|credentials)$/),
      });
    }
    expect((await ask(`${url}/api/live`, 'GET', {})).status).toBe(401);
  });

  it('is no page of another origin, though its browser has the cookie', async () => {
    const url = await start();
    const { port } = new URL(url);
    const cookie = `flywheel-${port}=${token}`;
    const path = `${url}/api/operations/topology`;
    const json = { 'content-type': 'application/json', cookie };
    expect((await ask(path, 'POST', { ...json, origin: url }, '{}')).status).toBe(200);
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${Number(port) + 1}`])
      expect(problemIn(await ask(path, 'POST', { ...json, origin }, '{}'))).toMatchObject({
        status: 403,
        code: 'request.origin',
      });
    const framed = await ask(path, 'POST', { ...json, 'sec-fetch-site': 'same-site' }, '{}');
    expect(framed.status).toBe(401);
  });

  it('calls this server by a name of this machine: another is DNS rebinding', async () => {
    const url = await start();
    const { port } = new URL(url);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
      expect((await ask(`${url}/healthz`, 'GET', { host })).status).toBe(200);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1.evil.example:${port}`]) {
      const answer = await ask(`${url}/`, 'GET', { host });
      expect(problemIn(answer)).toMatchObject({ status: 403, code: 'request.host' });
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });
});

describe('inside of a container', () => {
  it('lets others of it ask for health and metrics by its name, and for nothing else', async () => {
    const url = await start({ host: 'container' });
    const { hostname, port } = new URL(url);
    expect(hostname).toBe('127.0.0.1');
    const host = `flywheel:${port}`;
    for (const path of ['/healthz', '/live', '/ready', '/metrics'])
      expect((await ask(url + path, 'GET', { host })).status).toBe(200);
    for (const path of ['/', '/api/live', '/api/operations/status', '/metrics/../'])
      expect(problemIn(await ask(url + path, 'GET', { host }))).toMatchObject({ code: 'request.host' });
    expect((await ask(`${url}/metrics`, 'GET', {})).status).toBe(200);
  });
});

describe('the page', () => {
  it('that is not built says how to build it, and is there once it is', async () => {
    const url = await start();
    const missing = await ask(`${url}/`, 'GET', {});
    expect(missing.status).toBe(503);
    expect(missing.text).toContain('npm run prepare');
    expect(missing.headers['set-cookie']).toBeUndefined();
    writeFileSync(join(folder, 'index.html'), '<p>built</p>');
    writeFileSync(join(folder, 'assets', 'index-1.js'), 'run()');
    expect((await ask(`${url}/`, 'GET', {})).text).toBe('<p>built</p>');
    const script = await ask(`${url}/assets/index-1.js`, 'GET', {});
    expect(script.text).toBe('run()');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  it('may run no script but its own, in no frame, and no other site may read it', async () => {
    const { headers } = await ask(`${await start()}/`, 'GET', {});
    expect(headers['content-security-policy']).toMatch(/default-src 'none';script-src 'self';.*frame-ancestors 'none'/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('operators', () => {
  it('are told of a group that has stopped, with the reason, by 503', async () => {
    const status = await double.operations.status();
    let groups = status.groups;
    const operations = { ...double.operations, status: () => Promise.resolve({ ...status, groups }) };
    const url = await start({ operations });
    expect(await ask(`${url}/healthz`, 'GET', {})).toMatchObject({ status: 200 });
    groups = groups.map((group, i) => (i === 0 ? { ...group, state: 'stopped', reason: 'disk is full' } : group));
    const answer = await ask(`${url}/healthz`, 'GET', {});
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'failing', reasons: ['count has stopped: disk is full'] });
    const metrics = await ask(`${url}/metrics`, 'GET', {});
    expect(metrics.text).toContain('flywheel_group_up{group="count"} 0');
    expect(metrics.text).toContain('flywheel_group_up{group="promote"} 1');
  });

  it('read totals that rise with what was handled', async () => {
    const url = await start();
    await remoteOperations({ url, token }).publish({ topic: 'ad.metrics', ndjson: hours(2) });
    await double.driver.settle();
    for (let i = 0; i < 2; i++) {
      const { text } = await ask(`${url}/metrics`, 'GET', {});
      expect(text).toContain('flywheel_group_events_total{group="count"} 2');
      expect(text).toContain('flywheel_group_lag_records{group="count"} 0');
      expect(text).toContain('flywheel_group_dead_letters_total{group="count"} 0');
    }
  });
});

it('a port that is taken is named', async () => {
  const { port } = new URL(await start());
  const first = serving;
  await expect(start({ port: Number(port) })).rejects.toMatchObject({ code: 'port.busy' });
  serving = first;
});
