/** The server of page and API: routes, what happens live, health and metrics, on this machine only. */
import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { principalFrom } from '../access/authenticate.ts';
import { seesAccount, type Principal } from '../access/principal.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { ServeWith, Serving } from '../assemble.ts';
import { listenAddress, nameInUrl } from '../config/hosts.ts';
import { eventRoutes, plainRoutes } from './all-routes.ts';
import { attach, guarded, principalOf, type Desk } from './attach.ts';
import { Audit } from './audit.ts';
import { onAlertNews } from '../operations/alerts/feed.ts';
import { answerErrors } from './errors.ts';
import { Guard } from './guard.ts';
import { jsonOf } from './json-body.ts';
import { LiveHub, type Hears } from './live.ts';
import { Limits, usual_limits, type LimitRules } from './limits/limits.ts';
import { KeptReplies } from './kept-replies.ts';
import { OwnReplies } from './once.ts';
import { operatorPaths, serveOperators } from './operators.ts';
import { page_folder, servePage } from './page.ts';
import { body_limit_bytes } from './request-limits.ts';
import { serveReference } from './reference.ts';
import { liveRoute } from './routes/live.ts';
import { safetyHeaders } from './safety-headers.ts';
import { serveWebhook, webhook_path } from './webhook.ts';

export interface GatewayOptions {
  /** Folder of the built page. */
  readonly page_folder?: string;
  readonly live?: { readonly kept_frames?: number; readonly push_every_ms?: number; readonly most_clients?: number };
  readonly limits?: LimitRules;
  /** How long a client may take to send its headers, and its whole request. */
  readonly headers_within_ms?: number;
  readonly request_within_ms?: number;
}

/** Listens at `host` and `port`. Rejects with `port.busy` where something else does. */
export async function serve(what: ServeWith, options: GatewayOptions = {}): Promise<Serving> {
  const { operations, decisions, logger } = what;
  const app = server(options);
  const guard = new Guard(what.token, () => portOf(app), what.access?.origins);
  const live = new LiveHub({
    ...options.live,
    status: () => operations.status(),
    onError: (error) => logger.error({ err: error, where: '/api/live' }, 'a request failed'),
  });
  const feeds = [
    decisions.subscribe((rows, left_out) => live.decided(rows, left_out)),
    onAlertNews(what.context.engine, (news) => live.told(news)),
  ];
  const unsubscribe = (): void => feeds.forEach((end) => end());
  const desk = deskOf(what, guard, options);
  answerErrors(app, desk, logger);
  await protect(app, what, guard);
  await serveApi(app, desk, live);
  serveOperators(app, what);
  await serveWebhook(app, what.webhook, { limits: desk.limits, logger });
  serveReference(app);
  await servePage(app, guard, options.page_folder ?? page_folder);
  try {
    await app.listen({ host: listenAddress(what.host), port: what.port });
  } catch (error) {
    unsubscribe();
    live.close();
    throw isBusy(error) ? new FlywheelError('port.busy', { port: what.port }, { cause: error }) : error;
  }
  return {
    url: `http://${nameInUrl(what.host)}:${portOf(app)}`,
    close: async () => {
      unsubscribe();
      live.close();
      await app.close();
    },
  };
}

/** Headers have Node's own minute: on a machine that is short of time a quarter of it was not enough for one that sent at once. */
const usual = { headers_within_ms: 60_000, request_within_ms: 120_000 };

function server(options: GatewayOptions): FastifyInstance {
  const { headers_within_ms, request_within_ms } = { ...usual, ...options };
  const app = Fastify({
    bodyLimit: body_limit_bytes,
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
    requestTimeout: request_within_ms,
    routerOptions: { maxParamLength: 500 },
    http: { headersTimeout: headers_within_ms, connectionsCheckingInterval: Math.min(5_000, headers_within_ms) },
  });
  // What is sent as text is not taken for an argument.
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    jsonOf(body),
  );
  return app;
}

function deskOf(what: ServeWith, guard: Guard, { limits: rules = usual_limits }: GatewayOptions): Desk {
  const { context, operations, logger, access, running } = what;
  const now_ms = (): number => Date.now();
  const onTrouble = (error: unknown): void =>
    logger.warn({ error: String(error) }, 'limits are not shared with other instances for now');
  const limits = new Limits(rules, access?.shared?.buckets ?? null, { now_ms, onTrouble });
  const own = running?.kept === undefined ? new OwnReplies(now_ms) : new KeptReplies(running.kept, now_ms);
  const credentials = { guard, keys: context.keys, oidc: access?.oidc ?? null };
  return {
    place: { context, operations },
    limits,
    replies: access?.shared?.replies ?? own,
    audit: new Audit(context.engine, logger, () => context.now_ms()),
    authenticate: async ({ headers, ip }: FastifyRequest): Promise<Principal> => {
      try {
        return await principalFrom(credentials, headers);
      } catch (error) {
        if (error instanceof FlywheelError && error.ending.status === 401) await limits.guessed(ip);
        throw error;
      }
    },
  };
}

/** Headers of safety, and who may ask at all. */
async function protect(app: FastifyInstance, { host, access, webhook }: ServeWith, guard: Guard): Promise<void> {
  const safety = await safetyHeaders();
  app.addHook('onRequest', ({ headers, url, id }, reply, done) => {
    void reply.headers(safety).header('x-request-id', id);
    try {
      // Inside a container Prometheus asks by the container's name, for what holds no events.
      const forOperators = host === 'container' && operatorPaths.has(url);
      // What Meta tells comes under a public name, and by its signature.
      const isNotice = webhook !== undefined && url.split('?')[0] === webhook_path;
      if (!forOperators && !isNotice) guard.checkPlace(headers);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  const origins = access?.origins ?? [];
  if (origins.length > 0)
    await app.register(cors, {
      origin: [...origins],
      methods: ['GET', 'POST', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-none-match', 'last-event-id'],
      exposedHeaders: ['etag', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id', 'idempotency-replayed'],
      maxAge: 600,
    });
}

async function serveApi(app: FastifyInstance, desk: Desk, live: LiveHub): Promise<void> {
  attach(app, plainRoutes, desk);
  await app.register(async (scope) => {
    // Events come as a stream: they are taken as they arrive, however many they are.
    scope.addContentTypeParser(['application/x-ndjson', 'application/avro'], (_request, payload, done) =>
      done(null, payload),
    );
    attach(scope, eventRoutes, desk);
  });
  app.get(liveRoute.path, { onRequest: guarded(desk, liveRoute) }, (request, reply) => {
    const lastId = request.headers['last-event-id'];
    const hears = heardBy(principalOf(request));
    live.join(reply.raw, headersOf(reply), typeof lastId === 'string' ? lastId : undefined, hears);
    reply.hijack();
  });
}

/** Headers that were set for an answer that the stream writes itself. */
const headersOf = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));

/** Decisions of the accounts that the listener may see; how everything does is about all of them. */
const heardBy =
  (principal: Principal): Hears =>
  (message) => {
    if (message.kind === 'status') return principal.accounts === 'all';
    return seesAccount(principal, message.kind === 'decision' ? message.decision.account_id : message.alert.account_id);
  };

const isBusy = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}
