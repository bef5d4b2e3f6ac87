/** Writes that come late, twice, or whose answer is lost: the newest version stays, and what was withdrawn stays so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { generator } from '../../../learning/numeric.ts';
import { qdrantServer, type Fault, type QdrantServer } from '../../../testing/qdrant-server/server.ts';
import type { Point, VectorStore } from '../port.ts';
import { qdrantVectors } from './qdrant.ts';
import type { Patience } from './settings.ts';

const open = ({ url }: QdrantServer, patience: Partial<Patience> = {}): VectorStore =>
  qdrantVectors({
    url,
    key: null,
    collection: 'winners',
    model: 'm',
    dimensions: 2,
    patience: { deadline_ms: 10_000, try_ms: 100, attempts: 6, first_retry_ms: 5, ...patience },
  });
const payload = { experiment_id: 'exp', format: 'image', niche: null, lift: 0.2, won_at_ms: 1_000 };
const point = (ad_id: string, version: number, recallable = true): Point => ({
  account_id: 'act',
  ad_id,
  version,
  vector: recallable ? Float32Array.of(1, 0) : null,
  // What was written under a version says so, to be told apart.
  payload: { ...payload, experiment_id: `version ${version}` },
});
const near = { account_id: 'act', vector: Float32Array.of(1, 0), limit: 1_000 };
const found = async (store: VectorStore): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await store.search(near)).map(({ ad_id, payload: told }) => [ad_id, told.experiment_id]));

describe('a write that its sender gave up and that arrives later', () => {
  it('does not replace what was written in between', async () => {
    const server = await qdrantServer();
    const [slow, other] = [open(server, { attempts: 1 }), open(server)];
    await other.count('act');
    await slow.count('act');
    server.meet({ kind: 'late', wait_ms: 300 }, { writes: true });
    await expect(slow.upsert([point('a', 1)])).rejects.toMatchObject({ code: 'vectors.unavailable' });
    await other.upsert([point('a', 2)]);
    await sleep(400);
    expect(await found(other)).toEqual({ a: 'version 2' });
  });

  it('does not revive what was withdrawn', async () => {
    const server = await qdrantServer();
    const [slow, other] = [open(server, { attempts: 1 }), open(server)];
    await Promise.all([slow.count('act'), other.count('act')]);
    server.meet({ kind: 'late', wait_ms: 300 }, { writes: true });
    await expect(slow.upsert([point('a', 1)])).rejects.toMatchObject({ code: 'vectors.unavailable' });
    await other.upsert([point('a', 2, false)]);
    await sleep(400);
    expect(await found(other)).toEqual({});
    expect(await other.absent([point('a', 2)])).toEqual([]);
  });
});

describe('writers side by side, under faults', () => {
  it('leave the newest version of every ad, seen once or withdrawn', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    const random = generator(seed);
    const draw = (below: number): number => Math.floor(random() * below);
    const server = await qdrantServer();
    const faults: readonly Fault[] = [
      { kind: 'status', status: 503 },
      { kind: 'answer_lost' },
      { kind: 'dropped' },
      { kind: 'late', wait_ms: 150 },
      { kind: 'acknowledged' },
    ];
    const newest = new Map<string, { readonly version: number; readonly recallable: boolean }>();
    const stores = [open(server), open(server), open(server)];
    for (let round = 0; round < 60; round++) {
      const fault = faults[draw(faults.length)];
      if (fault !== undefined && random() < 0.6) server.meet(fault, { writes: true, times: 1 + draw(3) });
      const batches = stores.map(() =>
        Array.from({ length: 1 + draw(8) }, () => {
          const [ad, version] = [`ad${draw(12)}`, 1 + draw(40)];
          // One version is one content: whoever writes it, and however often.
          return point(ad, version, version % 3 !== 0);
        }),
      );
      await Promise.all(stores.map((store, i) => store.upsert(batches[i] ?? [])));
      for (const { ad_id, version, vector } of batches.flat())
        if ((newest.get(ad_id)?.version ?? 0) < version) newest.set(ad_id, { version, recallable: vector !== null });
    }
    await sleep(200);
    const expected = [...newest].flatMap(([ad, { version, recallable }]) =>
      recallable ? [[ad, `version ${version}`] as const] : [],
    );
    expect(await found(open(server)), `seed ${seed}`).toEqual(Object.fromEntries(expected));
  });
});

describe('a server that does not answer', () => {
  it('is tried as often as patience says once, and after that once a request until it answers', async () => {
    const server = await qdrantServer();
    const store = open(server, { attempts: 3 });
    await store.count('act');
    const tries = async (): Promise<number> => {
      const before = server.seen.length;
      await expect(store.count('act')).rejects.toMatchObject({ code: 'vectors.unavailable' });
      return server.seen.length - before;
    };
    server.meet({ kind: 'status', status: 503 }, { times: 5 });
    expect([await tries(), await tries(), await tries()]).toEqual([3, 1, 1]);
    await store.count('act');
    server.meet({ kind: 'status', status: 503 }, { times: 3 });
    expect(await tries()).toBe(3);
  });
});
