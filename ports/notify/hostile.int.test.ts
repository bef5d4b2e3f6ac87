/** Texts that somebody writes to do harm, through every channel to the other side of the wire. */
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mailServer } from '../../testing/notify-server/smtp.ts';
import { notifyServer } from '../../testing/notify-server/http.ts';
import { emailChannel } from './email/email.ts';
import { usual_limits } from './http/post.ts';
import { exampleMessage } from './notify.contract.ts';
import type { Message } from './port.ts';
import { slackChannel } from './slack/slack.ts';
import { webhookChannel } from './webhook/webhook.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const base_url = 'https://flywheel.example.com';
const secret = 'whsec_dmVyeS1zZWNyZXQtc2VjcmV0LW9mLXRoZS1ob29r';
const limits = { ...usual_limits, attempts: 1 };
const signal = new AbortController().signal;

const hostile = [
  '<!channel> <!here> <@U012AB3CD> <!subteam^S1>',
  '<http://evil.example|Open in Flywheel>',
  '*bold* _italic_ ~gone~ `code` ```block```',
  '&lt;!channel&gt; & < >',
  'one\r\n- an item that nobody sent\r\nBcc: all@example.com\r\n\r\n<html>',
  '\u2028Subject: other\u0085\u0000\u001b[31mred\u202egnp.exe',
  `${'x'.repeat(146)}😀${'y'.repeat(20_000)}`,
  '=cmd|calc!A1',
] as const;

/** One text wherever a message has one that somebody else may have written. */
const saying = (text: string): Message => ({
  ...exampleMessage,
  ...{ id: `müller ✓ %41\r\nX-Evil: 1/${text.slice(0, 40)}`, account_id: 'müller <!channel>', title: text },
  items: [{ alert_id: 'a', text, path: '#/x|<!channel> y' }],
  facts: [{ name: text, value: text }],
  path: '#/experiments/a>|<!channel>\r\nb',
});

interface Text {
  readonly type: string;
  readonly text: string;
}
const textShape: z.ZodType<Text> = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string() });
const sent = z.looseObject({
  ...{ text: z.string(), mrkdwn: z.literal(false), parse: z.literal('none'), link_names: z.literal(false) },
  blocks: z.array(
    z.object({
      text: textShape.optional(),
      fields: z.array(textShape).optional(),
      elements: z.array(textShape).optional(),
    }),
  ),
});
const is_whole = (text: string): boolean => !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(text);

describe.each(hostile.map((text) => ({ text, name: JSON.stringify(text.slice(0, 24)) })))('$name', ({ text }) => {
  it('is text alone in Slack: the one link leads to the page, and nobody is called', async () => {
    const server = await notifyServer({ secret });
    closing.push(() => server.close());
    await slackChannel({ url: server.slack_url, base_url, limits }).send(saying(text), signal);
    const body = sent.parse(server.slack[0]?.body);
    const texts = body.blocks.flatMap((block) => [
      ...(block.text === undefined ? [] : [block.text]),
      ...(block.fields ?? []),
      ...(block.elements ?? []),
    ]);
    expect(texts.filter(({ type }) => type === 'mrkdwn').map((one) => one.text)).toEqual([
      `<${base_url}/#/experiments/a&gt;%7C&lt;!channel&gt;%20%20b|Open in Flywheel>`,
    ]);
    // Slack reads controls out of `<…>` alone, and no escape is cut in two.
    expect(body.text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
    for (const one of [...texts.map(({ text: shown }) => shown), body.text]) {
      expect(one).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
      expect(is_whole(one)).toBe(true);
    }
  });

  it('makes no header and no line of its own in a mail', async () => {
    const server = await mailServer({ user: 'flywheel', password: 'p' });
    closing.push(() => server.close());
    await emailChannel({
      ...{ host: '127.0.0.1', port: server.port, secure: false, needs_tls: false, base_url, limits },
      ...{ login: { user: 'flywheel', password: 'p' }, from: 'f@example.com', to: ['team@example.com'] },
    }).send(saying(text), signal);
    const [{ source = '', to = [] } = {}] = server.mails;
    expect(to).toEqual(['team@example.com']);
    const [head = '', ...body] = source.split('\r\n\r\n');
    const names = head.split(/\r\n(?![ \t])/).map((header) => header.slice(0, header.indexOf(':')).toLowerCase());
    expect(names.toSorted()).toEqual([
      ...['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id'],
      ...['mime-version', 'subject', 'to', 'x-flywheel-id'],
    ]);
    expect(Math.max(...head.split('\r\n').map(({ length }) => length))).toBeLessThan(998);
    expect(body.join('\r\n\r\n')).not.toMatch(/^(- an item that nobody sent|Bcc:|<html>)/m);
  });

  it('reaches a webhook as it is, signed, under an id that is the same for every try', async () => {
    const server = await notifyServer({ secret });
    closing.push(() => server.close());
    const channel = webhookChannel({ url: server.webhook_url, secret, base_url, limits });
    await channel.send(saying(text), signal);
    await channel.send(saying(text), signal);
    const [first, second] = server.webhook;
    expect(first?.id).toMatch(/^m%C3%BCller%20%E2%9C%93%20%2541%0D%0AX-Evil:%201\/[\x21-\x7e]*$/);
    expect(second?.id).toBe(first?.id);
    expect(first?.body).toMatchObject({ data: { title: text, items: [{ text }], id: saying(text).id } });
  });
});
