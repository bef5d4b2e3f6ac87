import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapRatio, least_clusters, ratioOf, type Cluster } from './bootstrap.ts';
import { generator, normal } from './numeric.ts';

describe('the interval of a ratio over clusters', () => {
  it('holds the truth in about nineteen of twenty samples of 20 clusters, weights unequal', () => {
    const random = generator(5);
    const truth = 0.3;
    let held = 0;
    const samples = 300;
    for (let sample = 0; sample < samples; sample++) {
      const clusters = Array.from({ length: 20 }, (): Cluster => {
        const weight = 50 + 400 * random();
        return { sum: weight * (truth + 0.4 * normal(random)), weight };
      });
      const { low, high } = bootstrapRatio(clusters, sample) ?? { low: 0, high: 0 };
      if (low <= truth && truth <= high) held++;
    }
    expect(held / samples).toBeGreaterThan(0.88);
    expect(held / samples).toBeLessThan(0.99);
  });

  it('is none where there are too few clusters to tell how they differ', () => {
    const few = Array.from({ length: least_clusters - 1 }, (_, i) => ({ sum: i, weight: 1 }));
    expect(bootstrapRatio(few, 1)).toBeNull();
    expect(ratioOf([])).toBeNull();
  });

  it('holds the ratio itself where all clusters agree, and is the same each time', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 99 }), { minLength: least_clusters, maxLength: 9 }),
        (ratio, weights) => {
          const clusters = weights.map((weight) => ({ sum: ratio * weight, weight }));
          const interval = bootstrapRatio(clusters, 3);
          expect(interval?.low).toBeCloseTo(ratio, 9);
          expect(interval?.high).toBeCloseTo(ratio, 9);
          expect(bootstrapRatio(clusters, 3)).toEqual(interval);
        },
      ),
      { numRuns: 20 },
    );
  });
});
