import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapRatio, least_clusters, ratioOf, type Cluster } from './bootstrap.ts';
import { generator, normal, type Random } from './numeric.ts';

describe('the interval of a ratio over clusters', () => {
  /** Share of samples of 20 clusters, weights unequal, whose interval holds the mean `truth` of `drawn`. */
  function coverage(truth: number, drawn: (random: Random) => number): number {
    const random = generator(5);
    const samples = 120;
    let held = 0;
    for (let sample = 0; sample < samples; sample++) {
      const clusters = Array.from({ length: 20 }, (): Cluster => {
        const weight = 50 + 400 * random();
        return { sum: weight * drawn(random), weight };
      });
      const { low, high } = bootstrapRatio(clusters, sample) ?? { low: 0, high: 0 };
      if (low <= truth && truth <= high) held++;
    }
    return held / samples;
  }

  it('holds the truth in about nineteen of twenty samples of clusters that differ as a normal curve', () => {
    const held = coverage(0.3, (random) => 0.3 + 0.4 * normal(random));
    expect(held).toBeGreaterThan(0.89);
    expect(held).toBeLessThan(1);
  });

  it('is too narrow, within bounds, where half of the clusters have nothing and few have most', () => {
    const held = coverage(0.5 * Math.exp(0.5), (random) => (random() < 0.5 ? 0 : Math.exp(normal(random))));
    expect(held).toBeGreaterThan(0.78);
    expect(held).toBeLessThan(0.95);
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
        fc.array(fc.integer({ min: 1, max: 99 }), { minLength: least_clusters, maxLength: 12 }),
        (ratio, weights) => {
          const clusters = weights.map((weight) => ({ sum: ratio * weight, weight }));
          const interval = bootstrapRatio(clusters, 3);
          expect(interval?.low).toBeCloseTo(ratio, 9);
          expect(interval?.high).toBeCloseTo(ratio, 9);
          expect(bootstrapRatio(clusters, 3)).toEqual(interval);
        },
      ),
      { numRuns: 10 },
    );
  });
});
