import { afterEach, describe, expect, it } from 'vitest';
import { dot } from '../../../learning/memory/embedding.ts';
import {
  embeddingsServer,
  type EmbeddingsServer,
  type ServerOptions,
} from '../../../testing/embeddings-server/server.ts';
import { PermanentError } from '../../../topology/processor.ts';
import { embeddingsContract } from '../embeddings.contract.ts';
import type { EmbeddingProvider } from '../port.ts';
import { httpEmbeddings } from './http.ts';
import { usual_limits, type HttpEmbeddingSettings, type HttpLimits } from './settings.ts';

const servers: EmbeddingsServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const dimensions = 64;
const key = 'sk-very-secret';
const quick: HttpLimits = { ...usual_limits, first_retry_ms: 1, deadline_ms: 5_000 };

async function serving(given: Partial<ServerOptions> = {}): Promise<EmbeddingsServer> {
  const server = await embeddingsServer({ dimensions, key, ...given });
  servers.push(server);
  return server;
}

const providerOf = ({ base_url }: { readonly base_url: string }, given: Partial<HttpEmbeddingSettings> = {}) =>
  httpEmbeddings({ base_url, model: 'words', dimensions, key, batch: 128, limits: quick, ...given });

embeddingsContract('http', async () => providerOf(await serving()));

const text = (words: string): { text: string; traits: readonly string[] } => ({ text: words, traits: [] });
const ask = (provider: EmbeddingProvider, words = 'a desk', signal = new AbortController().signal) =>
  provider.embed([text(words)], signal);

async function refusalOf(asked: Promise<unknown>): Promise<Error> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was answered');
}

describe('requests', () => {
  it('carry model, bearer and at most so many inputs, and small ones that come together are one', async () => {
    const server = await serving();
    const provider = providerOf(server, { batch: 3 });
    await Promise.all(['one', 'two', 'three', 'four'].map((words) => ask(provider, words)));
    expect(server.seen.map(({ inputs }) => inputs)).toEqual([['one', 'two', 'three'], ['four']]);
    expect(server.seen[0]).toMatchObject({ model: 'words', authorization: `Bearer ${key}` });
  });

  it('carry the copy, and what the creative is made of in words', async () => {
    const server = await serving();
    await providerOf(server).embed(
      [{ text: 'A desk', traits: ['hook=question', 'number=no'] }],
      new AbortController().signal,
    );
    expect(server.seen[0]?.inputs).toEqual(['A desk\n\nhook question, number no']);
  });

  it('carry no bearer where there is no key', async () => {
    const server = await serving({ key: null });
    await ask(providerOf(server, { key: null }));
    expect(server.seen[0]?.authorization).toBeUndefined();
  });

  it('of one who gave up do not fail those of others', async () => {
    const server = await serving();
    server.meet({ kind: 'late', wait_ms: 100 });
    const provider = providerOf(server);
    const gone = new AbortController();
    const [first, second] = [ask(provider, 'first', gone.signal), ask(provider, 'second')];
    setTimeout(() => gone.abort(new Error('stopped')), 30);
    await expect(first).rejects.toThrow('stopped');
    expect(await second).toHaveLength(1);
    await expect(ask(provider, 'third', gone.signal)).rejects.toThrow('stopped');
  });

  it('that are refused for one of their inputs fail for that one alone', async () => {
    const server = await serving({ refused_input: 'endless' });
    const provider = providerOf(server);
    const words = Array.from({ length: 9 }, (_, i) => (i === 5 ? 'endless' : `number ${i}`));
    const settled = await Promise.allSettled(words.map((one) => ask(provider, one)));
    expect(settled.map(({ status }) => status === 'rejected')).toEqual(words.map((one) => one === 'endless'));
  });

  it('of which all is refused are few: the reason is not in the inputs', async () => {
    const server = await serving({ refused_input: 'number' });
    const words = Array.from({ length: 64 }, (_, i) => text(`number ${i}`));
    const error = await refusalOf(providerOf(server).embed(words, new AbortController().signal));
    expect(error).toBeInstanceOf(PermanentError);
    expect(server.seen.length).toBeLessThan(12);
  });
});

describe('a server that is busy or broken for a while', () => {
  it.each([
    ['429', { kind: 'status', status: 429 }],
    ['500', { kind: 'status', status: 500 }],
    ['a page of a proxy', { kind: 'page', status: 502 }],
    ['408', { kind: 'status', status: 408 }],
  ] as const)('with %s is asked again', async (_, fault) => {
    const server = await serving();
    server.meet(fault, fault);
    expect(await ask(providerOf(server))).toHaveLength(1);
    expect(server.seen).toHaveLength(3);
  });

  it('is given the time that it asks for', async () => {
    const server = await serving();
    server.meet({ kind: 'status', status: 429, retry_after: '1' });
    const began = performance.now();
    await ask(providerOf(server));
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
  });

  it('is not waited for where it asks for more time than there is', async () => {
    const server = await serving();
    server.meet({ kind: 'status', status: 429, retry_after: '120' });
    const error = await refusalOf(ask(providerOf(server)));
    expect(error.message).toContain('429');
    expect(error.message).toContain('120000 ms');
    expect(error).not.toBeInstanceOf(PermanentError);
  });

  it('for longer than the deadline is an error that names its last answer', async () => {
    const server = await serving();
    server.meet({ kind: 'status', status: 503 });
    server.always({ kind: 'late', wait_ms: 1_000 });
    const error = await refusalOf(ask(providerOf(server, { limits: { ...quick, deadline_ms: 200 } })));
    expect(error.message).toMatch(/no embeddings within 200 ms.*503/);
  });

  it('that is not there is named', async () => {
    const limits = { ...quick, attempts: 2 };
    const error = await refusalOf(ask(providerOf({ base_url: 'http://127.0.0.1:1/v1' }, { limits })));
    expect(error.message).toContain('127.0.0.1:1 cannot be reached');
    expect(error).not.toBeInstanceOf(PermanentError);
  });
});

describe('an answer that does not help', () => {
  it('of another dimension names both numbers, and is not asked for again', async () => {
    const server = await serving();
    server.meet({ kind: 'dimensions', dimensions: 12 });
    const error = await refusalOf(ask(providerOf(server)));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toMatch(/12 dimensions .* is 64/);
    expect(server.seen).toHaveLength(1);
  });

  it('in another order is put in order', async () => {
    const server = await serving();
    const provider = providerOf(server);
    const { signal } = new AbortController();
    const usual = await provider.embed([text('desk'), text('sofa'), text('coat')], signal);
    server.meet({ kind: 'reversed' });
    expect(await provider.embed([text('desk'), text('sofa'), text('coat')], signal)).toEqual(usual);
    expect(dot(usual[0] ?? new Float32Array(1), usual[1] ?? new Float32Array(1))).toBeLessThan(0.5);
  });

  const filled = (value: unknown): string =>
    JSON.stringify({ data: [{ index: 0, embedding: new Array<unknown>(dimensions).fill(value) }] });

  it.each([
    ['no JSON', '<html>', 'no JSON'],
    ['not a number', filled('x').replaceAll('"x"', 'NaN'), 'no JSON'],
    ['null for a number', filled(null), 'data.0.embedding.0'],
    ['beyond all numbers', filled('x').replaceAll('"x"', '1e999'), 'data.0.embedding.0'],
    ['without direction', filled(0), 'no direction'],
    ['short of a vector', JSON.stringify({ data: [] }), '0 vectors for 1 inputs'],
    ['to another input', filled(1).replace('"index":0', '"index":1'), 'names input 1 of 1'],
  ])('that is %s is refused', async (_, body, words) => {
    const server = await serving();
    server.meet({ kind: 'body', body });
    const error = await refusalOf(ask(providerOf(server)));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain(words);
    expect(server.seen).toHaveLength(1);
  });

  it.each([301, 401, 403, 404])('with status %i is not asked for again', async (status) => {
    const server = await serving();
    server.meet({ kind: 'status', status });
    const error = await refusalOf(ask(providerOf(server)));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain(String(status));
    expect(server.seen).toHaveLength(1);
  });

  it('never has the key in it, should the server repeat it', async () => {
    const server = await serving({ key: 'sk-another' });
    const error = await refusalOf(ask(providerOf(server)));
    expect(error.message).toContain('401');
    expect(error.message).toContain('(hidden)');
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(key);
  });
});
