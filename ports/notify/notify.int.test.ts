import { afterEach, describe, expect, it } from 'vitest';
import { mailServer } from '../../testing/notify-server/smtp.ts';
import { notifyServer, type NotifyServer } from '../../testing/notify-server/http.ts';
import { PermanentError } from '../../topology/processor.ts';
import { emailChannel, type EmailSettings } from './email/email.ts';
import { usual_limits, type PostLimits } from './http/post.ts';
import { exampleMessage, notifyContract } from './notify.contract.ts';
import { slackChannel } from './slack/slack.ts';
import { webhookChannel } from './webhook/webhook.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const secret = 'whsec_dmVyeS1zZWNyZXQtc2VjcmV0LW9mLXRoZS1ob29r';
const base_url = 'https://flywheel.example.com';
const limits: PostLimits = { ...usual_limits, first_retry_ms: 1, deadline_ms: 20_000, try_ms: 10_000 };
const signal = new AbortController().signal;

async function serving(): Promise<NotifyServer> {
  const server = await notifyServer({ secret });
  closing.push(() => server.close());
  return server;
}
const slackOf = ({ slack_url }: NotifyServer) => slackChannel({ url: slack_url, base_url, limits });
const hookOf = ({ webhook_url }: NotifyServer, given = secret) =>
  webhookChannel({ url: webhook_url, secret: given, base_url, limits });

notifyContract('slack', async () => {
  const server = await serving();
  return {
    channel: slackOf(server),
    taken: () => server.slack.map(({ text }) => text),
    refuseOnce: () => server.meet({ kind: 'status', status: 503 }),
    refuse: () => server.meet({ kind: 'status', status: 410, body: 'channel_is_archived: very-secret-token' }),
  };
});
notifyContract('webhook', async () => {
  const server = await serving();
  return {
    channel: hookOf(server),
    taken: () => server.webhook.map(({ text }) => text),
    refuseOnce: () => server.meet({ kind: 'status', status: 500 }),
    refuse: () => server.meet({ kind: 'status', status: 400, body: 'no' }),
  };
});

async function mailing(given: Partial<EmailSettings> = {}) {
  const login = { user: 'flywheel', password: 'very-secret-password' };
  const server = await mailServer(login);
  closing.push(() => server.close());
  const settings = { from: 'flywheel@example.com', to: ['team@example.com'], base_url, limits };
  const at = { host: '127.0.0.1', port: server.port, secure: false, needs_tls: false, login };
  return { server, channel: emailChannel({ ...settings, ...at, ...given }) };
}
notifyContract('email', async () => {
  const { server, channel } = await mailing();
  const plain = (source: string): string =>
    source
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return {
    channel,
    taken: () => server.mails.map(({ source }) => plain(source)),
    refuseOnce: () => server.meet(451),
    refuse: () => server.meet(550),
  };
});

describe('what is said to Slack', () => {
  it('is Block Kit in which texts of others stay texts: no link, no mention, nothing bold', async () => {
    const server = await serving();
    await slackOf(server).send(exampleMessage, signal);
    const [{ text = '' } = {}] = server.slack;
    // What is written as markup is the link to the page alone.
    const markup = [...text.matchAll(/"type":"mrkdwn","text":"([^"]*)"/g)].map(([, words]) => words);
    expect(markup).toEqual([`<${base_url}/#/alerts|Open in Flywheel>`]);
    expect(JSON.parse(text)).toMatchObject({ text: expect.not.stringContaining('<!channel>') as string });
  });

  it('waits as Slack asks, and not longer than there is time', async () => {
    const server = await serving();
    server.meet({ kind: 'status', status: 429, retry_after: '1' });
    const from = performance.now();
    await slackOf(server).send(exampleMessage, signal);
    expect(performance.now() - from).toBeGreaterThan(950);
    server.meet({ kind: 'status', status: 429, retry_after: '60' });
    const refused = await slackOf(server)
      .send(exampleMessage, signal)
      .catch((error: unknown) => error);
    expect(refused).not.toBeInstanceOf(PermanentError);
    expect(String(refused)).toContain('longer than there is time');
    expect(server.requests).toBe(3);
  });

  it('names the host where the address is wrong, never the address', async () => {
    const server = await serving();
    const url = server.slack_url.replace('very-secret-token', 'another-very-secret-token');
    const refused = await slackChannel({ url, base_url, limits }).send(exampleMessage, signal).catch(String);
    expect(refused).toContain('answered with 404: no_service');
    expect(refused).not.toContain('secret-token');
  });
});

describe('what is posted to a webhook', () => {
  it('is signed anew for each try, under one id', async () => {
    const server = await serving();
    server.meet({ kind: 'lost' });
    await hookOf(server).send(exampleMessage, signal);
    // It was taken, its answer was lost, and it came again: the receiver tells by the id that it has it.
    expect(server.webhook.map(({ id }) => id)).toEqual([exampleMessage.id, exampleMessage.id]);
    expect(server.webhook[0]?.body).toMatchObject({
      type: 'alert.raised',
      timestamp: '2026-11-27T09:00:00.000Z',
      data: { id: exampleMessage.id, url: `${base_url}/#/alerts`, more: 3 },
    });
  });

  it('is refused under another secret, which no error repeats', async () => {
    const server = await serving();
    const refused = await hookOf(server, 'very-secret-and-another-one').send(exampleMessage, signal).catch(String);
    expect(refused).toContain('answered with 401: the signature does not fit');
    expect(refused).not.toContain('very-secret-and');
    expect(server.webhook).toEqual([]);
  });

  it('is given up where nobody answers in time', async () => {
    const server = await serving();
    server.always({ kind: 'late', wait_ms: 2_000 });
    const few = { ...limits, attempts: 2, try_ms: 50 };
    const channel = webhookChannel({ url: server.webhook_url, secret, base_url, limits: few });
    const refused = await channel.send(exampleMessage, signal).catch((error: unknown) => error);
    expect(refused).not.toBeInstanceOf(PermanentError);
    expect(String(refused)).toContain('no answer within 50 ms');
  });
});

describe('what is mailed', () => {
  it('has one id for every try, is marked as automatic, and its title makes no header', async () => {
    const { server, channel } = await mailing();
    server.meet(451);
    await channel.send({ ...exampleMessage, title: 'ROAS\r\nBcc: all@example.com' }, signal);
    const [{ source = '', to = [] } = {}] = server.mails;
    expect(to).toEqual(['team@example.com']);
    expect(source).toMatch(/^Subject: \[Flywheel\] ROAS Bcc: all@example.com\r?$/m);
    expect(source).toMatch(/^Message-ID: <[\w-]+@flywheel>\r?$/m);
    expect(source).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(source).not.toMatch(/^Bcc:/m);
  });

  it('is refused for good by a wrong password, which no error repeats', async () => {
    const { server, channel } = await mailing({ login: { user: 'flywheel', password: 'very-secret-wrong' } });
    const refused = await channel.send(exampleMessage, signal).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PermanentError);
    expect(String(refused)).not.toContain('very-secret');
    expect(server.mails).toEqual([]);
  });
});
