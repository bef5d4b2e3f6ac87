/**
 * What Meta tells of ad accounts without being asked (webhooks of the object `ad_account`). Its own signature is what
 * lets it in, so this path needs no key; what it tells is no more than that an account is worth reading now.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FlywheelError } from '../../topology/errors.ts';
import type { Logger } from '../observe/logger.ts';
import { jsonOf } from './json-body.ts';
import type { Limits } from './limits/limits.ts';

export const webhook_path = '/webhooks/meta';

/** Meta sends a thousand changes at once at most; each is some hundred bytes. */
const most_bytes = 512 * 1024;
/** Changes that are remembered: Meta tells again what it is not sure was heard, for a day and a half. */
const remembered = 10_000;

export interface Webhook {
  /** What Meta has to know when the address is set up. */
  readonly verify_token: string;
  /** What Meta signs with. */
  readonly app_secret: string;
  /** Told of each account of which something changed. */
  notice(account_id: string): void;
}

export interface WebhookDesk {
  readonly limits: Pick<Limits, 'guessed'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

const challengeShape = z.object({
  'hub.mode': z.literal('subscribe'),
  'hub.verify_token': z.string(),
  'hub.challenge': z.string().regex(/^[\w-]{1,200}$/),
});

const id = z.union([z.string(), z.number()]).transform(String);
const short = z.string().transform((text) => text.slice(0, 100));
const valueShape = z
  .object({
    id: id.optional(),
    adgroup_id: id.optional(),
    level: short.optional(),
    status_name: short.optional(),
    creative_fatigue_level: short.optional(),
    recommendation_type: short.optional(),
    error_code: z.number().optional(),
  })
  .catch({});
const bodyShape = z.object({
  object: z.string(),
  entry: z.array(
    z.object({
      id: id.pipe(z.string().regex(/^(act_)?\d{1,30}$/)),
      time: z.number(),
      changes: z.array(z.object({ field: short, value: z.unknown() })).default([]),
    }),
  ),
});

/** Serves it where the webhook is set up; otherwise there is no such path. */
export async function serveWebhook(
  app: FastifyInstance,
  webhook: Webhook | undefined,
  desk: WebhookDesk,
): Promise<void> {
  if (webhook === undefined) return;
  const heard = new Heard();
  await app.register(async (scope) => {
    // The signature is over the bytes as they came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => body);
    scope.get(webhook_path, async (request, reply) => {
      const challenge = await challengeOf(request, webhook, desk);
      return reply.header('cache-control', 'no-store').type('text/plain').send(challenge);
    });
    scope.post(webhook_path, { bodyLimit: most_bytes }, async (request, reply) => {
      const body = await signedBody(request, webhook, desk);
      take(body, heard, webhook, desk);
      return reply.header('cache-control', 'no-store').type('text/plain').send('ok');
    });
  });
}

async function challengeOf({ query, ip }: FastifyRequest, webhook: Webhook, { limits }: WebhookDesk): Promise<string> {
  const asked = challengeShape.safeParse(query);
  if (asked.success && same(asked.data['hub.verify_token'], webhook.verify_token)) return asked.data['hub.challenge'];
  await limits.guessed(ip);
  throw new FlywheelError('webhook.token', {});
}

/** Compares in time that tells nothing of how far two texts agree. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

async function signedBody(
  { body, headers, ip }: FastifyRequest,
  { app_secret }: Webhook,
  { limits }: WebhookDesk,
): Promise<Buffer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (isSigned(bytes, headers['x-hub-signature-256'], app_secret)) return bytes;
  await limits.guessed(ip);
  throw new FlywheelError('webhook.signature', {});
}

/** Whether a body is signed with a secret: `sha256=` and the HMAC-SHA-256 in hexadecimal digits. */
export function isSigned(body: Uint8Array, header: string | readonly string[] | undefined, secret: string): boolean {
  const given = typeof header === 'string' ? /^sha256=([0-9a-f]{64})$/i.exec(header)?.[1] : undefined;
  if (given === undefined) return false;
  return timingSafeEqual(Buffer.from(given, 'hex'), createHmac('sha256', secret).update(body).digest());
}

function take(bytes: Buffer, heard: Heard, webhook: Webhook, { logger }: WebhookDesk): void {
  const parsed = bodyShape.safeParse(jsonOf(bytes));
  if (!parsed.success) throw new FlywheelError('request.body', { why: 'it is no notice of changes of Meta' });
  const { object, entry: entries } = parsed.data;
  // The app may be subscribed to other things too: they are no matter of ours, and Meta need not tell them again.
  if (object !== 'ad_account') return;
  for (const { id: account, time, changes } of entries) {
    const account_id = account.startsWith('act_') ? account : `act_${account}`;
    const news = changes.filter((change) => heard.isNew(`${account_id} ${time} ${JSON.stringify(change)}`));
    for (const { field, value } of news)
      logger.info({ account_id, field, ...valueShape.parse(value) }, 'Meta tells of a change');
    if (news.length > 0) webhook.notice(account_id);
  }
}

/** What was heard already, by digest; the oldest is forgotten. */
class Heard {
  readonly #digests = new Set<string>();

  isNew(text: string): boolean {
    const digest = createHash('sha256').update(text).digest('base64url');
    if (this.#digests.has(digest)) return false;
    this.#digests.add(digest);
    for (const oldest of this.#digests) {
      if (this.#digests.size <= remembered) break;
      this.#digests.delete(oldest);
    }
    return true;
  }
}
