/** What every maker of vectors keeps to. */
import { describe, expect, it } from 'vitest';
import { dot } from '../../learning/memory/embedding.ts';
import type { Creative, EmbeddingProvider } from './port.ts';

const { signal } = new AbortController();
const of = (text: string, ...traits: readonly string[]): Creative => ({ text, traits });
const desk = of('Is your desk older than your phone?', 'hook=question');
const sofa = of('Is your sofa older than your phone?', 'hook=question');
const coat = of('The coat for cold days', 'format=image');

export function embeddingsContract(name: string, open: () => Promise<EmbeddingProvider>): void {
  describe(`embeddings: ${name}`, () => {
    it('are of length 1 and have as many numbers as it says', async () => {
      const provider = await open();
      for (const vector of await provider.embed([desk, sofa, coat], signal)) {
        expect(vector).toHaveLength(provider.dimensions);
        expect(dot(vector, vector)).toBeCloseTo(1, 5);
      }
    });

    it('come in the order of the creatives, however many, and are those that each would get alone', async () => {
      const provider = await open();
      const many = Array.from({ length: 300 }, (_, i) =>
        of(`Number ${i} of many`, `number=${i % 2 === 0 ? 'yes' : 'no'}`),
      );
      const together = await provider.embed(many, signal);
      expect(together).toHaveLength(many.length);
      for (const i of [0, 1, 128, 299]) {
        const [alone] = await provider.embed(many.slice(i, i + 1), signal);
        expect(together[i]).toEqual(alone);
      }
    });

    it('are nearer where creatives are alike', async () => {
      const [a, b, c] = await (await open()).embed([desk, sofa, coat], signal);
      if (a === undefined || b === undefined || c === undefined) throw new Error('a vector is missing');
      expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.1);
    });

    it('of nothing are like nothing, and of no creatives none', async () => {
      const provider = await open();
      const [blank, other] = await provider.embed([of(' \n'), desk], signal);
      expect(blank).toEqual(new Float32Array(provider.dimensions));
      expect(other === undefined ? 0 : dot(other, other)).toBeCloseTo(1, 5);
      expect(await provider.embed([], signal)).toEqual([]);
    });
  });
}
