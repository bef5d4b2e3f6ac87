import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generator, normal } from '../numeric.ts';
import { clusteredMean } from './comparison.ts';
import { copiesOf, exampleWeight, isTaken } from './resample.ts';
import { arraysOf, noTrees, rateOf, treesOf, type TreeNode } from './trees.ts';

/** x₀ < .5 ? (x₁ < 2 ? .1 : .3) : −.2, a missing x₀ right, a missing x₁ left. */
const tree: TreeNode = {
  feature: 0,
  threshold: 0.5,
  missing: 'right',
  left: { feature: 1, threshold: 2, missing: 'left', left: { leaf: 0.1 }, right: { leaf: 0.3 } },
  right: { leaf: -0.2 },
};

describe('trees', () => {
  const trees = treesOf(arraysOf([tree, { leaf: 1 }]), 2);

  it.each([
    [[0.4, 1], 1.1],
    [[0.4, 2], 1.3],
    [[0.5, 1], 0.8],
    [[NaN, 1], 0.8],
    [[0.4, NaN], 1.1],
  ])('add the leaves that %j comes to', (features, sum) => {
    expect(trees.logRatio(features)).toBeCloseTo(sum, 12);
  });

  it('stand in an event as four lists, each tree in pre-order', () => {
    expect(arraysOf([tree, { leaf: 1 }])).toEqual({
      splits: [0, 3, -1, -1, -1, -1],
      rights: [4, 3, 0, 0, 0, 0],
      values: [0.5, 2, 0.1, 0.3, -0.2, 1],
      roots: [0, 5],
    });
  });

  it('read a row out of many', () => {
    expect(trees.logRatio([9, 9, 0.4, 2], 2)).toBe(trees.logRatio([0.4, 2]));
  });

  it('say that an ad is like its account where there are none', () => {
    expect(rateOf(treesOf(noTrees, 3).logRatio([1, 2, 3]), 0.02)).toBe(0.02);
  });

  it('give a rate that a loss can be taken of, however far they go', () => {
    expect(rateOf(Math.LN2, 0.02)).toBeCloseTo(0.04, 12);
    for (const far of [-900, 900]) {
      expect(rateOf(far, 0.02)).toBeGreaterThan(0);
      expect(rateOf(far, 0.02)).toBeLessThan(1);
    }
  });

  it('refuse numbers that are no trees, and end on all others', () => {
    const arrays = arraysOf([tree]);
    expect(() => treesOf({ ...arrays, rights: [0, 3, 0, 0, 0] }, 2)).toThrow('node 0 of the trees has no right child');
    expect(() => treesOf({ ...arrays, roots: [5] }, 2)).toThrow('a tree begins at node 5 of 5');
    expect(() => treesOf(arrays, 1)).toThrow('asks feature 1 of 1');
    expect(() => treesOf({ ...arrays, values: [] }, 2)).toThrow('0 values');
    const list = fc.array(fc.integer({ min: -2, max: 9 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(list, list, (splits, rights) => {
        const values = splits.map(() => 1);
        try {
          expect(treesOf({ splits, rights, values, roots: [0] }, 3).logRatio([0, 2, NaN])).toBe(1);
        } catch (error) {
          expect(String(error)).toContain('tree');
        }
      }),
    );
  });
});

describe('what is learned from', () => {
  it('counts by how much an outcome tells: chance and the scatter of ads', () => {
    // Variances 1/e + 1/s: e = 10, s = 10: .2, of at best .1.
    expect(exampleWeight(10, 10)).toBe(0.5);
    expect(exampleWeight(0, 10)).toBe(0);
  });

  it('stands as often as it weighs: to within one, and exactly on average', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 500 }), fc.nat(), (given, total, seed) => {
        const sum = given.reduce((all, weight) => all + weight, 0);
        fc.pre(sum > 1e-6);
        const copies = copiesOf(given, total, generator(seed));
        copies.forEach((n, i) => {
          expect(Math.abs(n - (total * (given[i] ?? 0)) / sum)).toBeLessThan(1 + 1e-6);
        });
      }),
    );
    // In a rhythm too: each second weighs a quarter, so of 1.25 parts it has .25.
    const rhythm = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 1 : 0.25));
    const copies = copiesOf(rhythm, 30_000, generator(1));
    const light = copies.filter((_, i) => i % 2 === 1).reduce((all, n) => all + n, 0);
    expect(light / 30_000).toBeCloseTo(0.2, 2);
  });

  it('is nothing where nothing has weight', () => {
    expect([...copiesOf([0, 0], 5, generator(1))]).toEqual([0, 0]);
  });

  it('is spread evenly over time where there is too much', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), fc.nat(), (of, most, seed) => {
        const taken = Array.from({ length: of }, (_, i) => isTaken(i, of, most, seed));
        const among = (to: number): number => taken.slice(0, to).filter(Boolean).length;
        expect(among(of)).toBe(Math.min(of, most));
        for (let to = 0; to <= of; to++)
          expect(Math.abs(among(to) - (to * Math.min(of, most)) / of)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a comparison', () => {
  it('counts ads, not predictions', () => {
    // Means of ads 1, 3 with two each: mean 2, sums −2, 2: se = √(2/1 · 8)/4 = 1, t(1) = 12.7062.
    const found = clusteredMean([1, 1, 3, 3], ['a', 'a', 'b', 'b']);
    expect(found.mean).toBe(2);
    expect(found.clusters).toBe(2);
    expect(found.high - found.mean).toBeCloseTo(12.7062, 3);
  });

  it('of one ad tells nothing', () => {
    expect(clusteredMean([1, 2], ['a', 'a'])).toMatchObject({ low: -Infinity, high: Infinity });
  });

  it('holds the truth in 19 of 20, though predictions of an ad share its luck', () => {
    const random = generator(11);
    const runs = 2_000;
    let held = 0;
    for (let run = 0; run < runs; run++) {
      const differences: number[] = [];
      const ads: string[] = [];
      for (let ad = 0; ad < 40; ad++) {
        const luck = normal(random);
        for (let i = 0; i < 3; i++) {
          differences.push(0.1 + luck + 0.3 * normal(random));
          ads.push(`ad-${ad}`);
        }
      }
      const { low, high } = clusteredMean(differences, ads);
      if (low <= 0.1 && high >= 0.1) held++;
    }
    expect(held / runs).toBeGreaterThan(0.935);
    expect(held / runs).toBeLessThan(0.965);
  });
});
