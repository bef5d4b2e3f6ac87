import { createHmac } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Serving } from '../assemble.ts';
import { DecisionFeed } from '../operations/decisions/feed.ts';
import { startDouble } from '../operations/doubles.ts';
import { serve } from './gateway.ts';
import { usual_limits } from './limits/limits.ts';

const app_secret = 'a-secret-of-the-app';
const verify_token = 'what-was-agreed';
const notices: string[] = [];
const logged: string[] = [];
let serving: Serving;
let plain: Serving;

async function served(webhook: boolean): Promise<Serving> {
  const { context, operations } = await startDouble(Date.UTC(2026, 0, 5));
  const decisions = new DecisionFeed(context.engine, context.directory);
  const logger = pino({}, { write: (line: string) => void logged.push(line) });
  const receiver = { app_secret, verify_token, notice: (account_id: string) => void notices.push(account_id) };
  const what = { context, operations, decisions, host: '127.0.0.1', port: 0, token: 'own', logger };
  const limits = { ...usual_limits, guesses: { rate_per_s: 0.001, burst: 20 } };
  return serve({ ...what, ...(webhook && { webhook: receiver }) }, { limits });
}

beforeAll(async () => {
  [serving, plain] = await Promise.all([served(true), served(false)]);
});
afterAll(() => Promise.all([serving.close(), plain.close()]));
beforeEach(() => {
  notices.length = 0;
  logged.length = 0;
});

const sign = (body: string, secret = app_secret): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const issue = (time: number, id = '23843'): string =>
  JSON.stringify({
    object: 'ad_account',
    entry: [
      {
        id: '1001',
        time,
        changes: [{ field: 'with_issues_ad_objects', value: { id, level: 'AD', error_message: 'too much text' } }],
      },
    ],
  });

async function post(
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${serving.url}/webhooks/meta`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: answer.status, text: await answer.text() };
}
const signed = (body: string): ReturnType<typeof post> => post(body, { 'x-hub-signature-256': sign(body) });

async function challenged(query: Readonly<Record<string, string>>): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${serving.url}/webhooks/meta?${new URLSearchParams(query).toString()}`);
  return { status: answer.status, text: await answer.text() };
}

describe('the webhook of Meta', () => {
  it('answers the challenge of whoever knows the token, without a key, and of nobody else', async () => {
    const asked = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': verify_token };
    expect(await challenged(asked)).toEqual({ status: 200, text: '1158201444' });
    for (const wrong of [
      { ...asked, 'hub.verify_token': 'guessed' },
      { ...asked, 'hub.verify_token': '' },
      { ...asked, 'hub.mode': 'unsubscribe' },
      { ...asked, 'hub.challenge': '<script>alert(1)</script>' },
    ]) {
      const { status, text } = await challenged(wrong);
      expect(status).toBe(403);
      expect(text).toContain('webhook.token');
      expect(text).not.toContain('<script>');
    }
  });

  it('has an account read of which a signed notice tells, once however often it is told', async () => {
    const body = issue(1_700_000_000);
    expect(await signed(body)).toEqual({ status: 200, text: 'ok' });
    expect(await signed(body)).toEqual({ status: 200, text: 'ok' });
    expect(notices).toEqual(['act_1001']);
    expect(logged.join('')).toContain('with_issues_ad_objects');
    await signed(issue(1_700_000_001));
    expect(notices).toEqual(['act_1001', 'act_1001']);
  });

  it('is reached under a public name: its signature, not its place, lets it in', async () => {
    const body = issue(1_700_000_010);
    const answer = await fetch(`${serving.url}/webhooks/meta`, {
      method: 'POST',
      body,
      headers: { host: 'hooks.shop.example', 'x-hub-signature-256': sign(body) },
    });
    expect(answer.status).toBe(200);
    expect(notices).toEqual(['act_1001']);
  });

  it.each([
    ['none', {}],
    ['that of another secret', { 'x-hub-signature-256': sign(issue(1_700_000_020), 'another-secret') }],
    ['that of another body', { 'x-hub-signature-256': sign(issue(1_700_000_021)) }],
    ['one that is cut', { 'x-hub-signature-256': sign(issue(1_700_000_020)).slice(0, -2) }],
    ['the older SHA-1', { 'x-hub-signature': `sha1=${'0'.repeat(40)}` }],
    ['an empty one', { 'x-hub-signature-256': 'sha256=' }],
    ['a key of the API in its place', { authorization: 'Bearer own' }],
  ])('takes no notice whose signature is %s', async (_, headers) => {
    const { status, text } = await post(issue(1_700_000_020), headers as Record<string, string>);
    expect([status, text.includes('webhook.signature')]).toEqual([403, true]);
    expect(text).not.toContain(app_secret);
    expect(notices).toEqual([]);
  });

  it('looks at the signature of the bytes as they came, spaces included', async () => {
    const body = issue(1_700_000_030);
    const spaced = body.replace(',', ', ');
    expect((await post(spaced, { 'x-hub-signature-256': sign(body) })).status).toBe(403);
    expect((await post(spaced, { 'x-hub-signature-256': sign(spaced) })).status).toBe(200);
  });

  it('takes nothing that is too large or no notice, and leaves other objects alone', async () => {
    const large = JSON.stringify({ object: 'ad_account', entry: [], padding: 'x'.repeat(600_000) });
    expect((await signed(large)).status).toBe(413);
    expect((await signed('{"object":')).status).toBe(400);
    expect((await signed('{"object":"ad_account","entry":[{"id":"1001/../me","time":1}]}')).status).toBe(400);
    expect((await signed('{"object":"page","entry":[{"id":"1","time":1,"changes":[]}]}')).status).toBe(200);
    expect(notices).toEqual([]);
  });

  it('is not there where it is not set up, and other paths still need their place and key', async () => {
    expect((await fetch(`${plain.url}/webhooks/meta`)).status).toBe(404);
    expect((await fetch(`${serving.url}/api/me`)).status).toBe(401);
  });

  it('holds back who goes on guessing, and not Meta', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) statuses.push((await post(issue(i), { 'x-hub-signature-256': 'sha256=0' })).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await signed(issue(1_700_000_040))).status).toBe(200);
  });
});
