/**
 * Slack's incoming webhooks, and a receiver of signed webhooks, on this machine over the wire, for tests: what is no
 * message of theirs is refused as they refuse it, and both can be told to misbehave.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';
import { isSigned } from '../../ports/notify/webhook/sign.ts';

/** What the next request meets instead of an answer, or with it. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retry_after?: string; readonly body?: string }
  | { readonly kind: 'late'; readonly wait_ms: number }
  /** The message is taken, and the answer is lost. */
  | { readonly kind: 'lost' };

export interface SeenMessage {
  readonly at_ms: number;
  readonly id: string | undefined;
  readonly body: unknown;
  readonly text: string;
}

export interface NotifyServer {
  readonly slack_url: string;
  readonly webhook_url: string;
  /** Messages that were taken, in order, those whose answer was lost too. */
  readonly slack: readonly SeenMessage[];
  readonly webhook: readonly SeenMessage[];
  /** Requests, taken or not. */
  readonly requests: number;
  meet(...faults: readonly Fault[]): void;
  /** Every request meets this until it is told otherwise; null for none. */
  always(fault: Fault | null): void;
  close(): Promise<void>;
}

const plainText = z.strictObject({
  type: z.literal('plain_text'),
  text: z.string().min(1).max(3_000),
  emoji: z.boolean(),
});
const text = z.union([plainText, z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3_000) })]);
/** Block Kit as far as messages use it, with Slack's own limits. */
const slackShape = z.strictObject({
  text: z.string().min(1).max(40_000),
  mrkdwn: z.boolean(),
  parse: z.enum(['none', 'full']),
  link_names: z.boolean(),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
  blocks: z
    .array(
      z.union([
        z.strictObject({ type: z.literal('header'), text: plainText.extend({ text: z.string().min(1).max(150) }) }),
        z.strictObject({ type: z.literal('section'), text }),
        z.strictObject({
          type: z.literal('section'),
          fields: z
            .array(plainText.extend({ text: z.string().max(2_000) }))
            .min(1)
            .max(10),
        }),
        z.strictObject({ type: z.literal('context'), elements: z.array(text).min(1).max(10) }),
      ]),
    )
    .min(1)
    .max(50),
});

export const slack_path = '/services/T000/B000/very-secret-token';

/** What the next requests meet. */
class Faults {
  readonly #next: Fault[] = [];
  readonly #lost = new WeakSet<FastifyReply>();
  standing: Fault | null = null;
  requests = 0;

  add(faults: readonly Fault[]): void {
    this.#next.push(...faults);
  }

  /** True where the fault answered. */
  async met(reply: FastifyReply): Promise<boolean> {
    this.requests++;
    const fault = this.#next.shift() ?? this.standing;
    if (fault?.kind === 'late') await sleep(fault.wait_ms);
    if (fault?.kind === 'lost') this.#lost.add(reply);
    if (fault?.kind !== 'status') return false;
    if (fault.retry_after !== undefined) reply.header('retry-after', fault.retry_after);
    await reply.code(fault.status).send(fault.body ?? 'try again later');
    return true;
  }

  /** Answers that a message was taken, unless the answer is to be lost. */
  taken(reply: FastifyReply, answer: string): FastifyReply {
    if (!this.#lost.has(reply)) return reply.code(200).send(answer);
    reply.raw.destroy();
    return reply.hijack();
  }
}

function serveSlack(app: FastifyInstance, faults: Faults, seen: SeenMessage[]): void {
  app.post(slack_path, async ({ body }, reply) => {
    if (await faults.met(reply)) return reply;
    const said = String(body);
    const parsed = slackShape.safeParse(JSON.parse(said));
    if (!parsed.success) return reply.code(400).send('invalid_blocks');
    seen.push({ at_ms: Date.now(), id: undefined, body: parsed.data, text: said });
    return faults.taken(reply, 'ok');
  });
  app.post('/services/*', (_request, reply) => reply.code(404).send('no_service'));
}

function serveHook(app: FastifyInstance, faults: Faults, seen: SeenMessage[], secret: string): void {
  app.post('/hook', async ({ body, headers }, reply) => {
    if (await faults.met(reply)) return reply;
    const said = String(body);
    const of = (name: string): string => String(headers[name] ?? '');
    const signed = { id: of('webhook-id'), timestamp: of('webhook-timestamp'), signature: of('webhook-signature') };
    if (!isSigned(signed, said, secret, Math.floor(Date.now() / 1_000)))
      return reply.code(401).send(`the signature does not fit (${secret})`);
    seen.push({ at_ms: Date.now(), id: of('idempotency-key'), body: JSON.parse(said) as unknown, text: said });
    return faults.taken(reply, '');
  });
}

export async function notifyServer({ secret }: { readonly secret: string }): Promise<NotifyServer> {
  const app = fastify({ forceCloseConnections: true });
  const [slack, webhook]: [SeenMessage[], SeenMessage[]] = [[], []];
  const faults = new Faults();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  serveSlack(app, faults, slack);
  serveHook(app, faults, webhook, secret);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    slack_url: `${address}${slack_path}`,
    webhook_url: `${address}/hook`,
    slack,
    webhook,
    get requests() {
      return faults.requests;
    },
    meet: (...next) => faults.add(next),
    always: (fault) => {
      faults.standing = fault;
    },
    close: () => app.close(),
  };
}
