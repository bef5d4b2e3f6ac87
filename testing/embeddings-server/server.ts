/**
 * A server of embeddings on this machine that speaks the OpenAI protocol over the wire, for tests: what it makes of a
 * text is by hashing, so that like texts are near, and it can be told to misbehave.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import fastify, { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { hash32 } from '../../learning/numeric.ts';

/** What the next request meets instead of an answer, or with it. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retry_after?: string; readonly body?: string }
  | { readonly kind: 'page'; readonly status: number }
  | { readonly kind: 'late'; readonly wait_ms: number }
  | { readonly kind: 'dimensions'; readonly dimensions: number }
  | { readonly kind: 'reversed' }
  | { readonly kind: 'body'; readonly body: string };

export interface SeenRequest {
  readonly inputs: readonly string[];
  readonly model: string;
  readonly authorization: string | undefined;
}

export interface EmbeddingsServer {
  readonly base_url: string;
  /** Requests as they came, those that met a fault too. */
  readonly seen: readonly SeenRequest[];
  /** The next requests meet these, one each. */
  meet(...faults: readonly Fault[]): void;
  /** Every request meets this until it is told otherwise; null for none. */
  always(fault: Fault | null): void;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly dimensions: number;
  /** Bearer that is asked for; null for none. */
  readonly key: string | null;
  /** Inputs that hold this are refused as a model refuses what is too long. */
  readonly refused_input?: string;
}

const body = z.object({
  model: z.string(),
  input: z.array(z.string().min(1)).min(1).max(2_048),
  encoding_format: z.literal('float'),
});

/** Words by hash, not of length 1: that is the provider's to see to. */
function embedding(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().split(/\W+/)) {
    if (word === '') continue;
    const at = hash32(word) % dimensions;
    vector[at] = (vector[at] ?? 0) + 3;
  }
  return vector;
}

const refusal = (message: string): object => ({ error: { message, type: 'invalid_request_error' } });

export async function embeddingsServer({ dimensions, key, refused_input }: ServerOptions): Promise<EmbeddingsServer> {
  const app = fastify();
  const seen: SeenRequest[] = [];
  const faults: Fault[] = [];
  let standing: Fault | null = null;

  app.post('/v1/embeddings', async (request, reply) => {
    const { authorization } = request.headers;
    if (key !== null && authorization !== `Bearer ${key}`)
      return reply.code(401).send(refusal(`Incorrect API key provided: ${authorization ?? 'none'}`));
    const asked = body.safeParse(request.body);
    if (!asked.success) return reply.code(400).send(refusal(asked.error.issues[0]?.message ?? 'invalid'));
    const { input, model } = asked.data;
    seen.push({ inputs: input, model, authorization });
    if (refused_input !== undefined && input.some((one) => one.includes(refused_input)))
      return reply.code(400).send(refusal('an input is longer than the model takes'));
    const fault = faults.shift() ?? standing;
    if (fault?.kind === 'late') await sleep(fault.wait_ms);
    const refused = fault === null ? undefined : refusedBy(fault, reply);
    return refused ?? answer(asked.data, dimensions, fault);
  });

  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    base_url: `${address}/v1`,
    seen,
    meet: (...next) => void faults.push(...next),
    always: (fault) => {
      standing = fault;
    },
    close: () => app.close(),
  };
}

function answer({ input, model }: z.infer<typeof body>, dimensions: number, fault: Fault | null): object {
  const length = fault?.kind === 'dimensions' ? fault.dimensions : dimensions;
  const data = input.map((text, index) => ({ object: 'embedding', index, embedding: embedding(text, length) }));
  return { object: 'list', model, data: fault?.kind === 'reversed' ? data.reverse() : data };
}

/** What a fault answers by itself; undefined where the answer is made as usual. */
function refusedBy(fault: Fault, reply: FastifyReply): FastifyReply | undefined {
  switch (fault.kind) {
    case 'status':
      if (fault.retry_after !== undefined) reply.header('retry-after', fault.retry_after);
      return reply.code(fault.status).send(fault.body ?? refusal('try again later'));
    case 'page':
      return reply.code(fault.status).type('text/html').send('<html><h1>Bad gateway</h1></html>');
    case 'body':
      return reply.type('application/json').send(fault.body);
    default:
      return undefined;
  }
}
