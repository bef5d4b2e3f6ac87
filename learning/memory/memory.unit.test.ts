import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diverse, expectedLogLift } from './diversity.ts';
import { dot, hashed_dimensions, hashedEmbedding, normalised } from './embedding.ts';

describe('the hashed embedding', () => {
  const of = (text: string, ...traits: readonly string[]): Float32Array => hashedEmbedding(text, traits);

  it('has length 1, and is the same for the same creative', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (text, traits) => {
        const vector = hashedEmbedding(text, traits);
        expect(vector).toHaveLength(hashed_dimensions);
        expect([0, 1]).toContain(Math.round(dot(vector, vector) * 1e5) / 1e5);
        expect(hashedEmbedding(text, traits)).toEqual(vector);
      }),
    );
  });

  it('is nearer to what says the like than to what does not', () => {
    const desk = of('Is your desk older than your phone?', 'hook=question');
    const sofa = of('Is your sofa older than your phone?', 'hook=question');
    const coat = of('The coat for cold days', 'hook=none');
    expect(dot(desk, sofa)).toBeGreaterThan(0.6);
    expect(dot(desk, coat)).toBeLessThan(0.2);
  });

  it('of nothing is nothing, and like nothing', () => {
    expect(dot(of(''), of('anything at all'))).toBe(0);
  });
});

describe('diversity', () => {
  const vector = (x: number, y: number): Float32Array => normalised(Float32Array.from([x, y]));
  const query = vector(1, 0);
  const candidate = (x: number, y: number): { score: number; vector: Float32Array } => ({
    vector: vector(x, y),
    score: dot(query, vector(x, y)),
  });

  it('is plain ranking where only nearness counts', () => {
    const point = fc.tuple(fc.double({ min: 0.1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(point, { maxLength: 20 }), (points) => {
        const all = points.map(([x, y]) => candidate(x, y));
        const scores = diverse(all, 5, 1).map(({ score }) => score);
        expect(scores).toEqual(
          all
            .map(({ score }) => score)
            .sort((a, b) => b - a)
            .slice(0, 5),
        );
      }),
    );
  });

  it('passes over what repeats the nearest', () => {
    const [first, twin, other] = [candidate(1, 0.1), candidate(1, 0.11), candidate(1, -0.8)];
    expect(diverse([first, twin, other], 2, 0.5)).toEqual([first, other]);
    expect(diverse([first, twin, other], 2, 1)).toEqual([first, twin]);
  });
});

describe('what winners lead to expect', () => {
  it('is their lift by likeness, drawn to nothing', () => {
    // (.8 ln 1.2 + .4 ln 1.1) / (1.2 + 2)
    const neighbours = [
      { score: 0.8, lift: 0.2 },
      { score: 0.4, lift: 0.1 },
      { score: 0.1, lift: 5 },
    ];
    expect(expectedLogLift(neighbours, 2)).toBeCloseTo((0.8 * Math.log(1.2) + 0.4 * Math.log(1.1)) / 3.2, 12);
    expect(expectedLogLift([{ score: 0.1, lift: 1 }], 2)).toBeNull();
    expect(expectedLogLift([], 2)).toBeNull();
  });
});
