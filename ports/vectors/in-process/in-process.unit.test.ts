import { describe, expect, it } from 'vitest';
import { normalised } from '../../../learning/memory/embedding.ts';
import { generator, normal } from '../../../learning/numeric.ts';
import { vectorContract } from '../vectors.contract.ts';
import { most_rows } from './chunk.ts';
import { InProcessVectors } from './in-process.ts';

vectorContract('in process', (dimensions) => Promise.resolve(new InProcessVectors(dimensions)));

describe('vectors in process', () => {
  it('finds what comparing with every vector finds, over several chunks and after many were taken out', async () => {
    const dimensions = 7;
    const random = generator(4);
    const drawn = (): Float32Array =>
      normalised(Float32Array.from({ length: dimensions }, () => (random() < 0.3 ? 0 : normal(random))));
    const store = new InProcessVectors(dimensions);
    const kept = new Map<string, Float32Array>();
    const put = async (ad_id: string, version: number, vector: Float32Array | null): Promise<void> => {
      const payload = { experiment_id: 'exp', format: 'image', niche: null, lift: 0.1, won_at_ms: 1 };
      await store.upsert([{ account_id: 'act', ad_id, version, vector, payload }]);
      if (vector === null) kept.delete(ad_id);
      else kept.set(ad_id, vector);
    };
    for (let i = 0; i < 2.5 * most_rows; i++) await put(`ad${i}`, 1, drawn());
    // First, last and every third go; some of them come back as something else.
    for (let i = 0; i < 2.5 * most_rows; i += 3) await put(`ad${i}`, 2, null);
    for (let i = 0; i < most_rows; i += 6) await put(`ad${i}`, 3, drawn());
    expect(await store.count('act')).toBe(kept.size);

    for (let question = 0; question < 20; question++) {
      const vector = drawn();
      const exact = [...kept]
        .map(([ad_id, one]) => ({ ad_id, score: one.reduce((sum, x, d) => sum + x * (vector[d] ?? 0), 0) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, 10);
      const found = await store.search({ account_id: 'act', vector, limit: 10 });
      expect(found.map(({ ad_id }) => ad_id)).toEqual(exact.map(({ ad_id }) => ad_id));
      found.forEach(({ ad_id, score, vector: own }, i) => {
        expect(score).toBeCloseTo(exact[i]?.score ?? NaN, 9);
        expect(own).toEqual(kept.get(ad_id));
      });
    }
  });
});
