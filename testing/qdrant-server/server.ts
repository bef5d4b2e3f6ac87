/**
 * A Qdrant on this machine for tests, over the wire: the part of its REST interface that our adapter uses, with every
 * request checked against Qdrant's own description. Searches are exact. It can be told to misbehave, and be away with
 * its points kept. What it is not: a measure of Qdrant's speed, its graph, its quantisation, or several nodes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schemas } from '@qdrant/js-client-rest';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ZodError, z } from 'zod';
import { BadRequest, Collection } from './collection.ts';
import * as take from './requests.ts';

/** What the next requests meet. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retry_after?: string }
  /** It is done, and nobody is told. */
  | { readonly kind: 'answer_lost' }
  /** The connection goes before anything is done. */
  | { readonly kind: 'dropped' }
  /** It is done after a while, whether or not somebody still waits. */
  | { readonly kind: 'late'; readonly wait_ms: number }
  /** A write that is taken over, and not applied while the request waits. */
  | { readonly kind: 'acknowledged' };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
}

export interface QdrantServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** The next requests meet these, one each; of writes of points alone where that is said. */
  meet(fault: Fault, order?: { readonly times?: number; readonly writes?: boolean }): void;
  collection(name: string): Collection | undefined;
  /** Forgets a collection, as whoever deletes it does. */
  drop(name: string): void;
  names(): readonly string[];
  /** Stops to listen; points stay. */
  away(): Promise<void>;
  back(): Promise<void>;
}

export interface ServerOptions {
  readonly key?: string;
  readonly version?: string;
  /** Path before all others, as behind a proxy. */
  readonly prefix?: string;
}

interface Ordered {
  readonly fault: Fault;
  readonly writes: boolean;
}

class State {
  readonly collections = new Map<string, Collection>();
  readonly seen: Seen[] = [];
  readonly faults: Ordered[] = [];

  named(name: string): Collection {
    const found = this.collections.get(name);
    if (found === undefined) throw new NotFound(`Not found: Collection \`${name}\` doesn't exist!`);
    return found;
  }

  next(isWrite: boolean): Fault | undefined {
    const at = this.faults.findIndex(({ writes }) => !writes || isWrite);
    return at < 0 ? undefined : this.faults.splice(at, 1)[0]?.fault;
  }
}

class NotFound extends Error {}
class Conflict extends Error {}

const done = <T>(result: T): { readonly result: T; readonly status: 'ok'; readonly time: number } => ({
  result,
  status: 'ok',
  time: 0,
});
const named = z.object({ name: z.string() });
const nameIn = (request: FastifyRequest): string => named.parse(request.params).name;

type Answer = (request: FastifyRequest) => unknown;

/** What is answered, by method and path. */
function answers(state: State): Record<string, Answer> {
  const { collections } = state;
  const find = (name: string): Collection => state.named(name);
  return {
    'GET /collections/:name': (request) => done(find(nameIn(request)).info()),
    'PUT /collections/:name': (request) => {
      const config = take.createCollection.parse(request.body);
      if (collections.has(nameIn(request)))
        throw new Conflict(`Wrong input: Collection \`${nameIn(request)}\` already exists!`);
      collections.set(nameIn(request), new Collection(config));
      return done(true);
    },
    'PUT /collections/:name/index': (request) => {
      const { field_name, field_schema } = take.createFieldIndex.parse(request.body);
      find(nameIn(request)).index(field_name, field_schema);
      return done({ operation_id: 0, status: 'completed' } satisfies Schemas['UpdateResult']);
    },
    'POST /collections/:name/points/batch': (request) => {
      const { operations } = take.updateOperations.parse(request.body);
      find(nameIn(request)).write(operations);
      const result = { operation_id: 0, status: 'completed' } satisfies Schemas['UpdateResult'];
      return done(operations.map(() => result));
    },
    'POST /collections/:name/points': (request) => {
      const { ids, with_payload } = take.pointRequest.parse(request.body);
      const found = find(nameIn(request)).retrieve(ids);
      return done(
        found.map(({ id, payload }) => ({ id, payload: chosen(payload, with_payload) }) satisfies Schemas['Record']),
      );
    },
    'POST /collections/:name/points/query': (request) => {
      const found = find(nameIn(request)).search(take.queryRequest.parse(request.body));
      const points = found.map(
        ({ point, score }) => ({ ...point, version: 0, score }) satisfies Schemas['ScoredPoint'],
      );
      return done({ points } satisfies Schemas['QueryResponse']);
    },
    'POST /collections/:name/points/count': (request) => {
      const { filter } = take.countRequest.parse(request.body);
      return done({ count: find(nameIn(request)).count(filter ?? {}) } satisfies Schemas['CountResult']);
    },
  };
}

const chosen = (payload: Record<string, unknown>, fields: boolean | readonly string[]): Record<string, unknown> =>
  Array.isArray(fields)
    ? Object.fromEntries(Object.entries(payload).filter(([name]) => fields.includes(name)))
    : fields === true
      ? payload
      : {};

const refusal = (error: string): Schemas['ErrorResponse'] => ({ status: { error }, time: 0 });

/** An error as Qdrant says it. */
function refused(reply: FastifyReply, error: unknown): FastifyReply {
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof NotFound) return reply.code(404).send(refusal(said));
  if (error instanceof Conflict) return reply.code(409).send(refusal(said));
  if (error instanceof ZodError || error instanceof BadRequest)
    return reply.code(400).send(refusal(`Format error in JSON body: ${said.slice(0, 400)}`));
  return reply.code(500).send(refusal(said));
}

/** Answers a request, or does what it was told to do instead. */
async function served(state: State, answer: Answer, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const [path = '', query = ''] = request.url.split('?');
  const isWrite = path.endsWith('/points/batch');
  state.seen.push({ method: request.method, path, query, body: request.body });
  const fault = state.next(isWrite);
  switch (fault?.kind) {
    case 'status':
      if (fault.retry_after !== undefined) reply.header('retry-after', fault.retry_after);
      return reply.code(fault.status).send(refusal('Service internal error: as told'));
    case 'dropped':
      return void reply.raw.destroy();
    case 'answer_lost':
      answer(request);
      return void reply.raw.destroy();
    case 'late':
      await sleep(fault.wait_ms);
      return answer(request);
    case 'acknowledged':
      return done([{ operation_id: 0, status: 'acknowledged' } satisfies Schemas['UpdateResult']]);
    case undefined:
      return answer(request);
  }
}

function listening(state: State, { key, version = '1.18.0', prefix = '' }: ServerOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 * 1024 });
  app.addHook('onRequest', async (request, reply) => {
    if (key === undefined || request.headers['api-key'] === key) return;
    await reply.code(401).send('Must provide an API key or an Authorization bearer token');
  });
  app.setErrorHandler((error, _request, reply) => refused(reply, error));
  app.get(`${prefix}/`, () => ({ title: 'qdrant - vector search engine', version }) satisfies Schemas['VersionInfo']);
  for (const [route, answer] of Object.entries(answers(state))) {
    const [method = '', path = ''] = route.split(' ');
    app.route({
      method,
      url: `${prefix}${path}`,
      handler: (request, reply) => served(state, answer, request, reply),
    });
  }
  return app;
}

export async function qdrantServer(options: ServerOptions = {}): Promise<QdrantServer> {
  const state = new State();
  let app = listening(state, options);
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const port = Number(new URL(origin).port);
  return {
    url: `${origin}${options.prefix ?? ''}`,
    seen: state.seen,
    meet: (fault, { times = 1, writes = false } = {}) => {
      state.faults.push(...Array.from({ length: times }, () => ({ fault, writes })));
    },
    collection: (name) => state.collections.get(name),
    drop: (name) => void state.collections.delete(name),
    names: () => [...state.collections.keys()],
    away: () => app.close(),
    back: async () => {
      app = listening(state, options);
      await app.listen({ port, host: '127.0.0.1' });
    },
  };
}
