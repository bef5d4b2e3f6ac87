import { describe, expect, it, vi } from 'vitest';
import { qdrantServer, type QdrantServer, type ServerOptions } from '../../../testing/qdrant-server/server.ts';
import { PermanentError } from '../../../topology/processor.ts';
import type { Point, VectorStore } from '../port.ts';
import { vectorContract } from '../vectors.contract.ts';
import { qdrantVectors } from './qdrant.ts';
import type { QdrantSettings } from './settings.ts';
import { pointId } from './uuid.ts';

const servers: QdrantServer[] = [];
const serving = async (options?: ServerOptions): Promise<QdrantServer> => {
  const server = await qdrantServer(options);
  servers.push(server);
  return server;
};
const open = ({ url }: QdrantServer, given: Partial<QdrantSettings> = {}): VectorStore =>
  qdrantVectors({
    url,
    key: null,
    collection: 'flywheel_winners',
    model: 'hashed-1',
    dimensions: 3,
    ...given,
    patience: { deadline_ms: 5_000, try_ms: 500, attempts: 4, first_retry_ms: 5, ...given.patience },
  });
const once = { attempts: 1 };
const collection = 'flywheel_winners_hashed-1_3';

vectorContract('Qdrant', async (dimensions) => open(await serving(), { dimensions }));

/** A server that somebody has, as `http://host:6333`; it keeps the collections of the test. */
const theirs = process.env['TEST_QDRANT'];
if (theirs !== undefined) {
  let stores = 0;
  vectorContract('a Qdrant of yours', (dimensions) =>
    Promise.resolve(
      qdrantVectors({
        url: theirs,
        key: process.env['TEST_QDRANT_KEY'] ?? null,
        collection: `flywheel_test_${Date.now()}_${stores++}`,
        model: 'm',
        dimensions,
      }),
    ),
  );
}

const payload = { experiment_id: 'exp', format: 'image', niche: null, lift: 0.2, won_at_ms: 1_000 };
const point = (ad_id: string, version: number, vector: readonly number[] | null = [1, 0, 0]): Point => ({
  account_id: 'act',
  ad_id,
  version,
  vector: vector === null ? null : Float32Array.from(vector),
  payload,
});
const near = { account_id: 'act', vector: Float32Array.of(1, 0, 0), limit: 10 };
const found = async (store: VectorStore): Promise<readonly string[]> =>
  (await store.search(near)).map(({ ad_id }) => ad_id);

describe('a collection', () => {
  it('is made with size, distance, quantisation and an index of every field that is filtered by', async () => {
    const server = await serving();
    await open(server).upsert([point('a', 1)]);
    const info = server.collection(collection)?.info();
    expect(info?.config).toMatchObject({
      params: { vectors: { size: 3, distance: 'Cosine' } },
      hnsw_config: { m: 0, payload_m: 16 },
      quantization_config: { scalar: { type: 'int8', always_ram: true } },
    });
    expect(info?.payload_schema).toMatchObject({
      account_id: { params: { type: 'keyword', is_tenant: true } },
      recallable: { params: { type: 'bool' } },
      format: { params: { type: 'keyword' } },
      niche: { params: { type: 'keyword' } },
      won_at_ms: { params: { type: 'integer', range: true } },
      version: { params: { type: 'integer', range: true } },
    });
  });

  it('is made once, however many instances begin at the same time', async () => {
    const server = await serving();
    const stores = [open(server), open(server), open(server)];
    await Promise.all(stores.map((store, i) => store.upsert([point(`ad${i}`, 1)])));
    expect(await found(open(server))).toEqual(['ad0', 'ad1', 'ad2']);
    expect(server.names()).toEqual([collection]);
  });

  it('is another one for each model and size, whatever the model is called', async () => {
    const server = await serving();
    await open(server).upsert([point('a', 1)]);
    for (const model of ['org/model', 'org:model', 'org-model']) await open(server, { model }).count('act');
    expect(new Set(server.names()).size).toBe(4);
    for (const name of server.names()) expect(name).toMatch(/^flywheel_winners_[\w.-]+_3$/);
    expect(await found(open(server, { model: 'org/model' }))).toEqual([]);
  });

  it('of another shape is refused and says what it is', async () => {
    const server = await serving();
    await fetch(`${server.url}/collections/${collection}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ vectors: { size: 7, distance: 'Dot' } }),
    });
    const error: unknown = await open(server)
      .count('act')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PermanentError);
    expect(String(error)).toMatch(
      /flywheel_winners_hashed-1_3 .* is of 7 numbers by Dot, it must be of 3 numbers by Cosine/,
    );
  });

  it('that was removed is made anew, and what it lacks is seen', async () => {
    const server = await serving();
    const store = open(server);
    await store.upsert([point('a', 1)]);
    server.drop(collection);
    expect(await store.absent([point('a', 1)])).toHaveLength(1);
    await store.upsert([point('a', 1)]);
    expect(await found(store)).toEqual(['a']);
  });
});

describe('what is stored', () => {
  it('is named by account and ad, and holds what it can be filtered by', async () => {
    const server = await serving();
    await open(server).upsert([point('a', 7)]);
    expect(server.collection(collection)?.all()).toEqual([
      {
        id: pointId('act', 'a'),
        vector: [1, 0, 0],
        payload: { account_id: 'act', ad_id: 'a', version: 7, recallable: true, ...payload },
      },
    ]);
  });

  it('of a winner that was withdrawn is its name and version alone', async () => {
    const server = await serving();
    const store = open(server);
    await store.upsert([point('a', 1, [0.6, 0.8, 0])]);
    await store.upsert([point('a', 2, null)]);
    expect(server.collection(collection)?.all()).toEqual([
      {
        id: pointId('act', 'a'),
        vector: [1, 0, 0],
        payload: { account_id: 'act', ad_id: 'a', version: 2, recallable: false },
      },
    ]);
    expect([await found(store), await store.count('act')]).toEqual([[], 0]);
  });

  it('is asked for by account in every question, and writes wait until they are seen', async () => {
    const server = await serving();
    const store = open(server);
    await store.upsert([point('a', 1)]);
    await store.search({ ...near, format: 'image', since_ms: 1, except_ad_id: 'b' });
    await store.count('act');
    const questions = server.seen.filter(({ path }) => /points\/(query|count)$/.test(path));
    expect(questions).toHaveLength(2);
    for (const { body } of questions)
      expect(body).toMatchObject({
        filter: { must: expect.arrayContaining([{ key: 'account_id', match: { value: 'act' } }]) },
      });
    const writes = server.seen.filter(({ path }) => path.endsWith('/points/batch'));
    expect(writes.map(({ query }) => query)).toEqual(['wait=true']);
  });

  it('is there for the next process', async () => {
    const server = await serving();
    await open(server).upsert([point('a', 3)]);
    const next = open(server);
    expect([await found(next), await next.absent([point('a', 3)])]).toEqual([['a'], []]);
  });

  it('is written in few requests, and asked for in few', async () => {
    const server = await serving();
    const store = open(server);
    const many = Array.from({ length: 1_500 }, (_, i) => point(`ad${i}`, 1 + (i % 2)));
    await store.upsert(many);
    expect(await store.absent(many)).toEqual([]);
    const paths = server.seen.map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith('/points/batch'))).toHaveLength(6);
    expect(paths.filter((path) => path.endsWith('/points'))).toHaveLength(2);
    expect(await store.count('act')).toBe(1_500);
  });
});

describe('who asks', () => {
  it('shows its key, which is in no error', async () => {
    const server = await serving({ key: 'secret-key' });
    await open(server, { key: 'secret-key' }).upsert([point('a', 1)]);
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const error: unknown = await open(server, { key: 'wrong-key' })
      .search(near)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PermanentError);
    expect(String(error)).toMatch(/401.*check qdrant_url and qdrant_key/);
    expect(String(error)).not.toContain('wrong-key');
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('finds a server behind a path', async () => {
    const server = await serving({ prefix: '/vectors' });
    await open(server).upsert([point('a', 1)]);
    expect(await found(open(server))).toEqual(['a']);
  });

  it('refuses a server that knows no conditions of writes, for an old write would replace a newer point', async () => {
    const server = await serving({ version: '1.15.5' });
    const error: unknown = await open(server)
      .upsert([point('a', 1)])
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PermanentError);
    expect(String(error)).toMatch(/version 1\.15\.5.*use version 1\.16/);
    expect(server.names()).toEqual([]);
  });

  it('says what the server refused, and does not ask again', async () => {
    const server = await serving();
    const store = open(server);
    await store.count('act');
    server.meet({ kind: 'status', status: 400 }, { times: 2 });
    await expect(store.count('act')).rejects.toThrow(/refused what it was asked: it answered with 400: .*as told/);
    await expect(store.count('act')).rejects.toBeInstanceOf(PermanentError);
  });
});

describe('the fake', () => {
  it('refuses a request that Qdrant’s description does not know', async () => {
    const server = await serving();
    await open(server).count('act');
    const asked = await fetch(`${server.url}/collections/${collection}/points/count`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filters: {}, exact: true }),
    });
    expect(asked.status).toBe(400);
    expect(await asked.json()).toMatchObject({ status: { error: expect.stringContaining('filters') } });
  });
});

describe('a server that misbehaves', () => {
  it('is asked again while it passes', async () => {
    const server = await serving();
    const store = open(server);
    await store.count('act');
    server.meet({ kind: 'status', status: 503 }, { times: 2 });
    await store.upsert([point('a', 1)]);
    server.meet({ kind: 'dropped' }, { times: 2 });
    expect(await found(store)).toEqual(['a']);
    server.meet({ kind: 'status', status: 429, retry_after: '0.05' });
    expect(await store.count('act')).toBe(1);
  });

  it('and does not answer in time is named, with what it said last', async () => {
    const server = await serving();
    const store = open(server, { patience: { ...once, try_ms: 100 } });
    await store.count('act');
    server.meet({ kind: 'late', wait_ms: 400 });
    await expect(store.count('act')).rejects.toMatchObject({ code: 'vectors.unavailable' });
    server.meet({ kind: 'status', status: 500 });
    await expect(store.count('act')).rejects.toThrow(/it answered with 500: Service internal error/);
  });

  it('and takes a write over without applying it is asked again', async () => {
    const server = await serving();
    const store = open(server);
    server.meet({ kind: 'acknowledged' }, { writes: true });
    await store.upsert([point('a', 1)]);
    expect(await found(store)).toEqual(['a']);
    const impatient = open(server, { patience: once });
    server.meet({ kind: 'acknowledged' }, { writes: true });
    await expect(impatient.upsert([point('b', 1)])).rejects.toThrow(/acknowledged and not yet applied/);
  });

  it('is waited for when it is away, also at the start', async () => {
    const server = await serving();
    await server.away();
    const store = open(server, { patience: once });
    await expect(store.upsert([point('a', 1)])).rejects.toMatchObject({
      code: 'vectors.unavailable',
      message: expect.stringMatching(/does not answer: .*ECONNREFUSED/),
    });
    await server.back();
    await store.upsert([point('a', 1)]);
    expect(await found(store)).toEqual(['a']);
  });
});
