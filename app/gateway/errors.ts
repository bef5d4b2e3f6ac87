/** How requests fail: problem documents, with the headers that their status asks for. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FlywheelError } from '../../topology/errors.ts';
import type { Logger } from '../observe/logger.ts';
import { allRoutes } from './all-routes.ts';
import type { Desk } from './attach.ts';
import { operation_names } from './endpoints.ts';
import { TooMany } from './limits/limits.ts';
import { operatorPaths } from './operators.ts';
import { problem_type, problemOf } from './problem.ts';
import { body_limit_bytes } from './request-limits.ts';

/** Seconds after which what was away may be back. */
const retry_after_s = 5;
/** Characters of a path that are told again. */
const most_path = 200;

export function answerErrors(app: FastifyInstance, desk: Desk, logger: Logger): void {
  const answer = (error: unknown, { url, id }: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemOf(error, body_limit_bytes);
    if (problem.status === 500) logger.error({ err: error, where: url.slice(0, most_path), id }, 'a request failed');
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    if (problem.status === 503) void reply.header('retry-after', String(retry_after_s));
    if (error instanceof TooMany) void reply.headers(error.headers);
    return reply
      .code(problem.status)
      .header('cache-control', 'no-store')
      .type(problem_type)
      .send(JSON.stringify(problem));
  };
  app.setErrorHandler(answer);
  app.setNotFoundHandler(async (request, reply) => {
    const { method, url } = request;
    const path = (url.split('?')[0] ?? url).slice(0, most_path);
    // Who nobody knows is not told what there is.
    if (path.startsWith('/api/')) await desk.authenticate(request);
    throw notFound(method, path, reply);
  });
}

function notFound(method: string, path: string, reply: FastifyReply): FlywheelError {
  const allowed = allowedAt(path);
  if (allowed !== undefined) {
    void reply.header('allow', allowed);
    return new FlywheelError('request.method', { method, path, allowed });
  }
  const operation = /^\/api\/operations\/([^/]+)$/.exec(path)?.[1];
  if (operation !== undefined && method === 'POST')
    return new FlywheelError('request.operation', { name: operation, known: operation_names.join(', ') });
  return new FlywheelError('request.path', { method, path });
}

/** `/a/{b}` as a pattern: a name holds no slash. */
const patterns = allRoutes.map(({ path, method }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The methods of a path that exists under another one; undefined where the path does not. */
function allowedAt(path: string): string | undefined {
  if (operatorPaths.has(path)) return 'GET, HEAD';
  const methods = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  if (methods.length === 0) return undefined;
  return methods.map((method) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ');
}
