/** Serves routes: each request is known by who asks, held to his accounts and limits, done once, and answered. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { jsonText } from '../operations/remembered.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { Audit } from './audit.ts';
import { Etags } from './etags.ts';
import type { Limits } from './limits/limits.ts';
import { commandId, idempotencyKey, once, type Kept, type Replies } from './once.ts';
import { fromQuery } from './query.ts';
import type { Call, Given, Place, Reply, Route } from './route.ts';
import { checkRole, withAccount } from './scope.ts';

/** What serves routes. */
export interface Desk {
  readonly place: Place;
  readonly limits: Limits;
  readonly replies: Replies;
  readonly audit: Audit;
  /** Who asks. @throws FlywheelError where nobody may be meant */
  authenticate(request: FastifyRequest): Promise<Principal>;
}

/** How long a request may take: what takes longer is a job. */
const read_within_ms = 30_000;
const heavy_within_ms = 300_000;

const etags = new Etags();
const principals = new WeakMap<FastifyRequest, Principal>();

/** Looks at who asks, what he may do and whether he may ask yet, before a body is read. */
export const guarded =
  (desk: Desk, route: Route) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const principal = await desk.authenticate(request);
    principals.set(request, principal);
    checkRole(route, principal);
    const size = Number(request.headers['content-length'] ?? 0);
    const weight = (route.weight ?? 1) + (route.limit === 'events' ? Math.floor(size / bytes_per_token) : 0);
    const { headers } = await desk.limits.take(principal.id, route.limit, weight);
    void reply.headers(headers);
  };

const bytes_per_token = 256 * 1024;

export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new FlywheelError('request.no_token', {});
  return principal;
}

/** `/a/{b}` as the server writes it. */
const served = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

export function attach(app: FastifyInstance, routes: readonly Route[], desk: Desk): void {
  for (const route of routes)
    app.route({
      method: route.method,
      url: served(route.path),
      onRequest: guarded(desk, route),
      handler: (request, reply) => respond(desk, route, request, reply),
    });
}

const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of path, query and body as one; what is no object goes on as it is, to be refused with its value. */
function givenOf({ takes, bodies, method }: Route, { params, query, body }: FastifyRequest): unknown {
  const named = isGiven(params) ? params : {};
  if (method === 'POST' && bodies === undefined) {
    const given = body ?? {};
    return isGiven(given) ? { ...given, ...named } : given;
  }
  return { ...fromQuery(takes, isGiven(query) ? query : {}), ...named };
}

async function respond(desk: Desk, route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const principal = principalOf(request);
  const raw = givenOf(route, request);
  const known = (): readonly string[] => desk.place.context.directory.accounts();
  const given = isGiven(raw) ? withAccount(route, raw, principal, known) : raw;
  const key = route.changes && route.secret !== true ? idempotencyKey(request.headers['idempotency-key']) : undefined;
  const tried = { principal: principal.id, operation: route.id, key: key ?? '' };
  const call: Call = {
    principal,
    request_id: request.id,
    // What changes nothing commands nothing.
    command_id: key !== undefined ? commandId(tried) : route.changes ? randomUUID() : request.id,
    ...(route.bodies === undefined ? {} : { body: request.body, content_type: request.headers['content-type'] ?? '' }),
  };
  if (route.streams === true) return streamed(desk, route, given, call, reply);
  const work = (): Promise<Kept['answer'] & object> => done(desk, route, given, call);
  if (key === undefined) return send(route, request, reply, await work());
  const fingerprint = route.bodies === undefined ? given : { given, length: request.headers['content-length'] ?? null };
  const { answer, again } = await once(desk.replies, { ...tried, given: fingerprint }, work);
  if (again) void reply.header('idempotency-replayed', 'true');
  return send(route, request, reply, answer);
}

/** What comes in pieces is sent in pieces, as fast as it is taken. */
async function streamed(
  desk: Desk,
  route: Route,
  given: unknown,
  call: Call,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { status, body, headers } = await inTime(route, heavy_within_ms, route.run(desk.place, given, call));
  if (!isPieces(body)) throw new Error(`${route.id} streams, and answered with something whole`);
  void reply.code(status).headers(headers).header('cache-control', 'no-store');
  return reply.type(route.answers_as ?? 'text/plain').send(Readable.from(body));
}

const isPieces = (body: unknown): body is AsyncIterable<string> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/** Runs the handler; a change leaves its audit event, whatever came of it. */
async function done(desk: Desk, route: Route, given: unknown, call: Call): Promise<Kept['answer'] & object> {
  const within_ms = route.limit === 'heavy' || route.bodies !== undefined ? heavy_within_ms : read_within_ms;
  try {
    const { status, body, headers } = await inTime(route, within_ms, route.run(desk.place, given, call));
    if (route.changes) await desk.audit.record(route, given, call, status);
    return { status, body: body === undefined ? '' : jsonText(body), headers };
  } catch (error) {
    if (route.changes) await desk.audit.failed(route, given, call, error);
    throw error;
  }
}

function inTime(route: Route, limit_ms: number, work: Promise<Reply>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new FlywheelError('request.late', { operation: route.id, limit_ms }));
    const timer = setTimeout(late, limit_ms).unref();
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function send(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body, headers }: Kept['answer'] & object,
): FastifyReply {
  void reply.code(status).headers(headers);
  if (body !== '') void reply.type(route.answers_as ?? 'application/json');
  if (route.method !== 'GET') return reply.header('cache-control', 'no-store').send(body);
  // The same answer again costs its caller nothing; nobody in between may keep it.
  const etag = etags.of(`${principalOf(request).id} ${request.url}`, body);
  void reply.header('etag', etag).header('cache-control', 'private, no-cache');
  return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(body);
}
