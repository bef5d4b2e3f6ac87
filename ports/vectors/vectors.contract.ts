/** What every store of vectors keeps to. */
import { describe, expect, it } from 'vitest';
import { generator, normal } from '../../learning/numeric.ts';
import { dot, normalised } from '../../learning/memory/embedding.ts';
import type { Point, VectorStore } from './port.ts';

const dimensions = 8;
const random = generator(1);
const vectorOf = (...values: readonly number[]): Float32Array =>
  normalised(Float32Array.from({ length: dimensions }, (_, i) => values[i] ?? 0));
const drawn = (): Float32Array => normalised(Float32Array.from({ length: dimensions }, () => normal(random)));
const point = (ad_id: string, vector: Float32Array | null, given: Partial<Point> = {}): Point => ({
  account_id: 'act',
  ad_id,
  version: 1,
  vector,
  payload: { experiment_id: 'exp', format: 'image', niche: null, lift: 0.2, won_at_ms: 1_000 },
  ...given,
});

export function vectorContract(name: string, open: (dimensions: number) => Promise<VectorStore>): void {
  describe(`vectors: ${name}`, () => {
    const near = { account_id: 'act', vector: vectorOf(1), limit: 10 };

    it('finds the nearest first, with their exact cosines', async () => {
      const store = await open(dimensions);
      const points = Array.from({ length: 300 }, (_, i) => point(`ad${i}`, drawn()));
      await store.upsert(points);
      const query = drawn();
      const found = await store.search({ ...near, vector: query });
      const exact = points
        .map(({ ad_id, vector }) => ({ ad_id, score: vector === null ? 0 : dot(query, vector) }))
        .sort((a, b) => b.score - a.score);
      expect(found.map(({ ad_id }) => ad_id)).toEqual(exact.slice(0, 10).map(({ ad_id }) => ad_id));
      found.forEach(({ score }, i) => expect(score).toBeCloseTo(exact[i]?.score ?? 2, 5));
    });

    it('never finds what is another account’s', async () => {
      const store = await open(dimensions);
      await store.upsert([point('a', vectorOf(1), { account_id: 'other' })]);
      expect(await store.search(near)).toEqual([]);
      expect(await store.count('act')).toBe(0);
      expect(await store.count('other')).toBe(1);
    });

    it('keeps the newest version, however late an older one comes', async () => {
      const store = await open(dimensions);
      await store.upsert([point('a', vectorOf(1), { version: 2 })]);
      await store.upsert([point('a', vectorOf(0, 1), { version: 1 })]);
      expect((await store.search(near))[0]?.score).toBeCloseTo(1, 6);
      expect(await store.count('act')).toBe(1);
    });

    it('does not find what was taken out, nor is that revived by a late write', async () => {
      const store = await open(dimensions);
      await store.upsert([point('a', vectorOf(1)), point('b', vectorOf(1, 1))]);
      await store.upsert([point('a', null, { version: 2 })]);
      await store.upsert([point('a', vectorOf(1), { version: 1 })]);
      expect((await store.search(near)).map(({ ad_id }) => ad_id)).toEqual(['b']);
      await store.upsert([point('a', vectorOf(1), { version: 3 })]);
      expect((await store.search(near)).map(({ ad_id }) => ad_id)).toEqual(['a', 'b']);
    });

    it('filters before it counts: there are as many answers as are asked for, where there are so many', async () => {
      const store = await open(dimensions);
      const payload = { experiment_id: 'exp', niche: null, lift: 0.1, won_at_ms: 1_000 };
      await store.upsert([
        ...Array.from({ length: 50 }, (_, i) => point(`i${i}`, vectorOf(1, i / 1_000))),
        point('v1', vectorOf(1, 1), { payload: { ...payload, format: 'video' } }),
        point('v2', vectorOf(0, 1), { payload: { ...payload, format: 'video', won_at_ms: 5_000 } }),
      ]);
      const video = await store.search({ ...near, limit: 2, format: 'video' });
      expect(video.map(({ ad_id }) => ad_id)).toEqual(['v1', 'v2']);
      const late = await store.search({ ...near, since_ms: 2_000 });
      expect(late.map(({ ad_id }) => ad_id)).toEqual(['v2']);
      const others = await store.search({ ...near, limit: 1, except_ad_id: 'i0' });
      expect(others.map(({ ad_id }) => ad_id)).toEqual(['i1']);
    });

    it('filters by niche within the account only: the same niche of another account is never found', async () => {
      const store = await open(dimensions);
      const payload = { experiment_id: 'exp', format: 'image', lift: 0.1, won_at_ms: 1_000 };
      const of = (niche: string | null) => ({ payload: { ...payload, niche } });
      await store.upsert([
        ...Array.from({ length: 50 }, (_, i) => point(`n${i}`, vectorOf(1, i / 1_000), of(null))),
        point('f1', vectorOf(1, 1), of('fashion')),
        point('f2', vectorOf(0, 1), of('fashion')),
        point('b', vectorOf(1), of('beauty')),
        point('f3', vectorOf(1), { ...of('fashion'), account_id: 'other' }),
      ]);
      const found = await store.search({ ...near, limit: 3, niche: 'fashion' });
      expect(found.map(({ ad_id, payload: { niche } }) => [ad_id, niche])).toEqual([
        ['f1', 'fashion'],
        ['f2', 'fashion'],
      ]);
      expect(await store.search({ ...near, niche: 'travel' })).toEqual([]);
    });

    it('takes the newest of one ad where several versions come together, in any order', async () => {
      const store = await open(dimensions);
      await store.upsert([
        point('a', vectorOf(0, 1), { version: 1 }),
        point('a', vectorOf(1), { version: 3 }),
        point('a', null, { version: 2 }),
      ]);
      expect((await store.search(near))[0]?.score).toBeCloseTo(1, 6);
    });

    it('takes the same points again, and all at once, without a change', async () => {
      const store = await open(dimensions);
      const points = Array.from({ length: 40 }, (_, i) => point(`ad${i}`, drawn(), { version: (i % 3) + 1 }));
      await Promise.all([store.upsert(points), store.upsert(points.slice(10)), store.upsert(points.toReversed())]);
      expect(await store.count('act')).toBe(40);
    });

    it('gives back vector and payload as they were', async () => {
      const store = await open(dimensions);
      const given = point('a', vectorOf(3, 4));
      await store.upsert([given]);
      const [found] = await store.search(near);
      expect(found?.payload).toEqual(given.payload);
      expect(found?.vector).toBeInstanceOf(Float32Array);
      expect([...(found?.vector ?? [])].slice(0, 2).map((value) => Number(value.toFixed(6)))).toEqual([0.6, 0.8]);
    });

    it('keeps ads of the same name apart, however account and name could be read together', async () => {
      const store = await open(dimensions);
      await store.upsert([
        point('b_c', vectorOf(1), { account_id: 'a' }),
        point('c', vectorOf(0, 1), { account_id: 'a_b' }),
        point('c', vectorOf(0, 0, 1), { account_id: 'a' }),
      ]);
      expect([await store.count('a'), await store.count('a_b')]).toEqual([2, 1]);
    });

    it('says what it lacks: what it never saw, and what it knows only in an older version', async () => {
      const store = await open(dimensions);
      await store.upsert([point('a', vectorOf(1), { version: 2 }), point('gone', null, { version: 5 })]);
      const named = (ad_id: string, version: number, account_id = 'act') => ({ account_id, ad_id, version });
      const asked = [named('a', 1), named('a', 2), named('a', 3), named('gone', 5), named('b', 1), named('a', 1, 'x')];
      expect(await store.absent(asked)).toEqual([named('a', 3), named('b', 1), named('a', 1, 'x')]);
      expect(await store.absent([])).toEqual([]);
    });

    it('refuses a vector of another length', async () => {
      const store = await open(dimensions);
      await expect(store.upsert([point('a', new Float32Array(3))])).rejects.toThrow(/3 .*8/);
      await expect(store.search({ ...near, vector: new Float32Array(3) })).rejects.toThrow(/3 .*8/);
    });
  });
}
