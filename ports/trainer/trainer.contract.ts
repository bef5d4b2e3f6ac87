/** What every trainer promises; each implementation's test runs this. */
import { describe, expect, it } from 'vitest';
import { generator } from '../../learning/numeric.ts';
import { arraysOf, treesOf } from '../../learning/trees/trees.ts';
import type { Signal } from '../../topology/processor.ts';
import type { Examples, TrainRequest, Trainer } from './port.ts';

export const never: Signal = { aborted: false, reason: undefined };

/** Rows whose rate doubles where the first feature is above .5 and the second is missing. */
export function rowsOf(rows: number, seed: number, columns = 3): Examples {
  const random = generator(seed);
  const features = Float32Array.from({ length: rows * columns }, random);
  const ratios = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    if (random() < 0.4) features[i * columns + 1] = NaN;
    const doubled = (features[i * columns] ?? 0) > 0.5 && Number.isNaN(features[i * columns + 1]);
    ratios[i] = (doubled ? 2 : 1) * (0.8 + 0.4 * random());
  }
  return { features, columns, ratios, weights: new Float32Array(rows).fill(1) };
}

export const request = (examples: Examples, change: Partial<TrainRequest> = {}): TrainRequest => ({
  // The trainer takes its lists over.
  examples: structuredClone(examples),
  settings: { trees: 60, depth: 3, learning_rate: 0.1, row_share: 0.8, min_leaf_rows: 10, shrink_rows: 1 },
  seed: 7,
  held_back: examples.features.slice(0, 30),
  rival: null,
  ...change,
});

export function trainerContract(open: () => Trainer): void {
  describe('a trainer', () => {
    it('finds what moves the rate, missing values included, and what does not', async () => {
      const examples = rowsOf(2_000, 1);
      const { trees } = await open().train(request(examples), never);
      const model = treesOf(trees, 3);
      const plain = model.logRatio([0.2, 0.5, 0.5]);
      expect(model.logRatio([0.8, NaN, 0.5]) - plain).toBeGreaterThan(Math.log(1.8));
      for (const alike of [
        [0.8, 0.5, 0.5],
        [0.2, NaN, 0.5],
        [0.2, 0.5, 0.9],
      ])
        expect(Math.abs(model.logRatio(alike) - plain)).toBeLessThan(0.1);
    });

    it('predicts what is held back with the trees it gives, and with the rival’s', async () => {
      const examples = rowsOf(500, 2);
      const rival = {
        columns: 3,
        trees: arraysOf([
          { feature: 2, threshold: 0.5, missing: 'left', left: { leaf: -1 }, right: { leaf: 1 } } as const,
        ]),
      };
      const { trees, held_back, held_back_rival } = await open().train(request(examples, { rival }), never);
      const model = treesOf(trees, 3);
      for (let i = 0; i < 10; i++) {
        expect(held_back[i]).toBe(model.logRatio(examples.features, 3 * i));
        expect(held_back_rival?.[i]).toBe((examples.features[3 * i + 2] ?? 0) < 0.5 ? -1 : 1);
      }
    });

    it('gives the same trees for the same request, others for another seed', async () => {
      const examples = rowsOf(400, 3);
      const [first, second, other] = await Promise.all(
        [7, 7, 8].map((seed) => open().train(request(examples, { seed }), never)),
      );
      expect(second?.trees).toEqual(first?.trees);
      expect(other?.trees).not.toEqual(first?.trees);
    });

    it('learns from rows by their weight', async () => {
      const rows = 600;
      const examples = rowsOf(rows, 4);
      examples.features.fill(0);
      examples.ratios.forEach((_, i) => (examples.ratios[i] = i % 2 === 0 ? 2 : 1));
      const levelOf = async (weight: number): Promise<number> => {
        const weights = Float32Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 1 : weight));
        const { trees } = await open().train(request({ ...examples, weights }), never);
        return Math.exp(treesOf(trees, 3).logRatio([0, 0, 0]));
      };
      expect(await levelOf(0)).toBeGreaterThan(1.9);
      expect(await levelOf(1)).toBeCloseTo(1.5, 1);
      expect(await levelOf(0.25)).toBeCloseTo(1.8, 1);
    });

    it('tells how far it is', async () => {
      const shares: number[] = [];
      await open().train(request(rowsOf(300, 5)), never, (share) => shares.push(share));
      expect(shares.length).toBeGreaterThan(2);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.at(-1)).toBe(1);
    });

    it('gives up when it is told to, with the reason it was told', async () => {
      const stop = new AbortController();
      const asked = request(rowsOf(20_000, 6), { settings: { ...request(rowsOf(1, 1)).settings, trees: 5_000 } });
      const training = open().train(asked, stop.signal, () => stop.abort(new Error('enough')));
      await expect(training).rejects.toThrow('enough');
      await expect(open().train(asked, stop.signal)).rejects.toThrow('enough');
    });

    it.each([
      [
        'no examples',
        request({ ...rowsOf(1, 1), features: new Float32Array(), ratios: new Float32Array() }),
        'no examples',
      ],
      ['rows that do not fit', request({ ...rowsOf(9, 1), weights: new Float32Array(8) }), 'are not 9 rows of 3'],
      [
        'an infinite feature',
        request({ ...rowsOf(1, 1), features: Float32Array.of(0, Infinity, 0) }),
        'feature 1 of row 0',
      ],
      ['a ratio that is none', request({ ...rowsOf(1, 1), ratios: Float32Array.of(NaN) }), 'row 0 has ratio NaN'],
      ['nothing of weight', request({ ...rowsOf(9, 1), weights: new Float32Array(9) }), 'no example has any weight'],
    ])('says what is wrong with %s', async (_, asked, why) => {
      await expect(open().train(asked, never)).rejects.toMatchObject({
        code: 'training.failed',
        message: expect.stringContaining(why),
      });
    });
  });
}
