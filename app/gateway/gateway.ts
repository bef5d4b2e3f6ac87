/** The server of page and API: operations, what happens live, health and metrics, on this machine only. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { FlywheelError } from '../../topology/errors.ts';
import type { ServeWith, Serving } from '../assemble.ts';
import { listenAddress, nameInUrl } from '../config/hosts.ts';
import { answerCall } from './endpoints.ts';
import { Guard, security_headers } from './guard.ts';
import { healthOf, readinessOf } from './health.ts';
import { LiveHub } from './live.ts';
import { loopMethodAt, serveLoopRoutes } from './loop-routes.ts';
import { Metrics } from './metrics.ts';
import { page_folder, servePage } from './page.ts';
import { problem_type, problemOf } from './problem.ts';

/** Largest body: some ten thousand events. What is published may come in any number of requests. */
export const body_limit_bytes = 4 * 1024 * 1024;

export interface GatewayOptions {
  /** Folder of the built page. */
  readonly page_folder?: string;
  readonly live?: { readonly kept_frames?: number; readonly push_every_ms?: number; readonly most_clients?: number };
}

type ErrorLog = (error: unknown, where: string) => void;

/** Listens at `host` and `port`. Rejects with `port.busy` where something else does. */
export async function serve(what: ServeWith, options: GatewayOptions = {}): Promise<Serving> {
  const { operations, decisions, logger } = what;
  const log: ErrorLog = (error, where) => logger.error({ err: error, where }, 'a request failed');
  const app = Fastify({
    bodyLimit: body_limit_bytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  });
  // What is sent as text is not taken for an argument.
  app.removeContentTypeParser('text/plain');
  const guard = new Guard(what.token, () => portOf(app));
  const onError = (error: unknown): void => log(error, '/api/live');
  const live = new LiveHub({ ...options.live, status: () => operations.status(), onError });
  const unsubscribe = decisions.subscribe((rows) => live.decided(rows));
  answerErrors(app, log);
  app.addHook('onRequest', async ({ headers, url }, reply) => {
    void reply.headers(security_headers);
    // Inside a container Prometheus asks by the container's name, for what holds no events.
    if (what.host !== 'container' || !operators.has(url)) guard.checkPlace(headers);
    if (url.startsWith('/api/')) guard.checkToken(headers);
  });
  serveApi(app, what, live);
  serveLoopRoutes(app, what);
  serveOperators(app, what);
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

const isBusy = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

/** Paths of operators' tools. */
const operators: ReadonlySet<string> = new Set(['/healthz', '/live', '/ready', '/metrics']);

function answerErrors(app: FastifyInstance, log: ErrorLog): void {
  const answer = (error: unknown, { url }: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemOf(error, body_limit_bytes);
    if (problem.status === 500) log(error, url);
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    return reply.code(problem.status).type(problem_type).send(JSON.stringify(problem));
  };
  app.setErrorHandler(answer);
  app.setNotFoundHandler((request, reply) => {
    const { method, url } = request;
    const allowed = allowedAt(url);
    if (allowed !== undefined) {
      void reply.header('allow', allowed);
      return answer(new FlywheelError('request.method', { method, path: url.slice(0, 200), allowed }), request, reply);
    }
    return answer(new FlywheelError('request.path', { method, path: url.slice(0, 200) }), request, reply);
  });
}

/** The method of a path that exists under another one; undefined where the path does not. */
function allowedAt(url: string): string | undefined {
  const path = url.split('?')[0] ?? url;
  if (path.startsWith('/api/operations/')) return 'POST';
  const loop = loopMethodAt(path);
  if (loop !== undefined) return loop;
  return ['/api/live', '/healthz', '/live', '/ready', '/metrics'].includes(path) ? 'GET, HEAD' : undefined;
}

function serveApi(app: FastifyInstance, { operations }: ServeWith, live: LiveHub): void {
  app.post<{ Params: { name: string } }>('/api/operations/:name', async ({ params, body }, reply) => {
    const answer = await answerCall(operations, params.name, body);
    // JSON has no infinite numbers: they become null, which the schemas of results read back.
    return reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(answer));
  });
  app.get('/api/live', ({ headers }, reply) => {
    const lastId = headers['last-event-id'];
    live.join(reply.raw, security_headers, typeof lastId === 'string' ? lastId : undefined);
    reply.hijack();
  });
}

/** What operators' tools ask; it holds no events, so that they need no token. */
function serveOperators(app: FastifyInstance, { operations, running, measures }: ServeWith): void {
  const metrics = new Metrics(measures);
  // That it answers is the answer: what it waits for does not go away by starting it again.
  app.get('/live', async (_request, reply) => reply.header('cache-control', 'no-store').send({ live: true }));
  app.get('/ready', async (_request, reply) => {
    const readiness = await readinessOf(running ?? null);
    return reply
      .code(readiness.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  });
  app.get('/healthz', async (_request, reply) => {
    const health = healthOf(await operations.status());
    return reply
      .code(health.status === 'failing' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(health);
  });
  app.get('/metrics', async (_request, reply) =>
    reply
      .type(metrics.content_type)
      .send(await metrics.text(await operations.status(), (await running?.engine.standings()) ?? [])),
  );
}
