import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generator, normal } from '../numeric.ts';
import {
  attackAuc,
  coefficients,
  correlatedNoise,
  covered_releases,
  growth,
  lengthOf,
  moved,
  muOf,
  noiseFor,
  type Moved,
} from './continual.ts';

describe('the coefficients', () => {
  it('are (2k choose k)/4^k', () => {
    expect(coefficients(5)).toEqual([1, 0.5, 0.375, 0.3125, 0.2734375]);
  });

  it('give all ones where they are convolved with themselves: a sum of changes is what is released', () => {
    const c = coefficients(40);
    for (let t = 0; t < 40; t++) {
      const convolved = c.slice(0, t + 1).reduce((sum, one, j) => sum + one * (c[t - j] ?? 0), 0);
      expect(convolved).toBeCloseTo(1, 12);
    }
  });
});

describe('the noise of releases', () => {
  const draws = (seed: number): ((release: number) => number) => {
    const made: number[] = [];
    const random = generator(seed);
    return (release) => {
      while (made.length <= release) made.push(normal(random));
      return made[release] ?? 0;
    };
  };

  it('is C times independent noise: multiplied by the inverse of C, nothing but that is left', () => {
    const [draw, c] = [draws(1), coefficients(30)];
    const noise = Array.from({ length: 30 }, (_, t) => correlatedNoise(t, 3, draw));
    const white: number[] = [];
    for (const [t, one] of noise.entries()) {
      const known = white.reduce((sum, before, j) => sum + before * (c[t - j] ?? 0), 0);
      white.push(one - known);
    }
    for (const [t, one] of white.entries()) expect(one).toBeCloseTo(3 * draw(t), 9);
  });

  it('has standard deviation growth(t + 1)', () => {
    const drawn = Array.from({ length: 4_000 }, (_, seed) => correlatedNoise(7, 1, draws(seed)));
    const sd = Math.sqrt(drawn.reduce((sum, one) => sum + one ** 2, 0) / drawn.length);
    // Standard error of a standard deviation: sd/√(2n) = .013.
    expect(sd).toBeGreaterThan(growth(8) - 0.06);
    expect(sd).toBeLessThan(growth(8) + 0.06);
  });
});

describe('how well a member is hidden', () => {
  it('is what the distance between the worlds with and without it says, whenever it joins and leaves', () => {
    const c = coefficients(covered_releases);
    const distance = (joins: number, leaves: number): number =>
      Math.sqrt(
        Array.from({ length: covered_releases }, (_, t) => (c[t - joins] ?? 0) - (c[t - leaves] ?? 0)).reduce(
          (sum, one) => sum + one ** 2,
          0,
        ),
      );
    for (const [joins, leaves] of [
      [0, covered_releases],
      [0, 1],
      [0, 260],
      [100, 101],
      [17, 300],
    ] as const)
      expect(distance(joins, leaves) / 7).toBeLessThanOrEqual(muOf({ noise_multiplier: 7 }));
  });

  it('keeps the best attack below .60 with the noise of the policy, and needs that noise', () => {
    expect(attackAuc(muOf({ noise_multiplier: 7 }))).toBeLessThan(0.6);
    expect(attackAuc(muOf({ noise_multiplier: noiseFor(0.6) }))).toBeCloseTo(0.6, 12);
    expect(noiseFor(0.6)).toBeGreaterThan(6.5);
  });
});

describe('a member that moves', () => {
  const points = fc.array(
    fc
      .dictionary(fc.constantFrom('a', 'b', 'c'), fc.double({ min: -0.8, max: 0.8, noNaN: true }))
      .map((one) => new Map(Object.entries(one))),
    { maxLength: 12 },
  );

  it('never moves further than 1 in all its life, wherever it is told to go', () => {
    fc.assert(
      fc.property(points, (targets) => {
        let at: Moved = { point: new Map(), path: 0 };
        let length = 0;
        for (const to of targets) {
          const next = moved(at, to);
          const names = new Set([...next.point.keys(), ...at.point.keys()]);
          length += lengthOf(
            new Map([...names].map((name) => [name, (next.point.get(name) ?? 0) - (at.point.get(name) ?? 0)])),
          );
          expect(next.path).toBeCloseTo(length, 9);
          at = next;
        }
        expect(length).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('gets where it is told while its path lasts, and stops on the way where it does not', () => {
    const start: Moved = { point: new Map(), path: 0 };
    const there = moved(start, new Map([['a', 0.8]]));
    expect(there).toEqual({ point: new Map([['a', 0.8]]), path: 0.8 });
    const onTheWay = moved(there, new Map([['a', 0]]));
    expect(onTheWay.point.get('a')).toBeCloseTo(0.6, 12);
    expect(moved(onTheWay, new Map()).point.get('a')).toBeCloseTo(0.6, 12);
  });
});
