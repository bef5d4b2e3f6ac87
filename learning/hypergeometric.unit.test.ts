import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hypergeometric, logFactorial } from './hypergeometric.ts';
import { generator } from './numeric.ts';

const urn = fc.integer({ min: 1, max: 5_000 }).chain((pool) =>
  fc.record({
    pool: fc.constant(pool),
    marked: fc.integer({ min: 0, max: pool }),
    draws: fc.integer({ min: 0, max: pool }),
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  }),
);

describe('draws without replacement', () => {
  it('a count is possible: not more than was marked or drawn, not fewer than must be', () => {
    fc.assert(
      fc.property(urn, ({ pool, marked, draws, seed }) => {
        const count = hypergeometric(pool, marked, draws, generator(seed));
        expect(count).toBeGreaterThanOrEqual(Math.max(0, draws + marked - pool));
        expect(count).toBeLessThanOrEqual(Math.min(draws, marked));
        expect(Number.isInteger(count)).toBe(true);
      }),
    );
  });

  it('counts have the exact probabilities (5 marked of 20, 6 drawn; chi-square at 1e-4)', () => {
    // C(5,k) C(15,6-k) / C(20,6), C(20,6) = 38760
    const ways = [5_005, 15_015, 13_650, 4_550, 525, 15];
    const random = generator(11);
    const runs = 38_760;
    const seen = ways.map(() => 0);
    for (let i = 0; i < runs; i++) {
      const count = hypergeometric(20, 5, 6, random);
      seen[count] = (seen[count] ?? 0) + 1;
    }
    const chi = ways.reduce((sum, expected, k) => sum + ((seen[k] ?? 0) - expected) ** 2 / expected, 0);
    expect(chi).toBeLessThan(25.74); // df 5, upper 1e-4
  });

  it('a large pool keeps mean and variance', () => {
    const [pool, marked, draws] = [80_000, 1_200, 3_300];
    const random = generator(5);
    let sum = 0;
    let squares = 0;
    const runs = 20_000;
    for (let i = 0; i < runs; i++) {
      const count = hypergeometric(pool, marked, draws, random);
      sum += count;
      squares += count * count;
    }
    const mean = (draws * marked) / pool;
    const variance = (mean * (1 - marked / pool) * (pool - draws)) / (pool - 1);
    expect(Math.abs(sum / runs - mean)).toBeLessThan(4 * Math.sqrt(variance / runs));
    const found = squares / runs - (sum / runs) ** 2;
    expect(Math.abs(found / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / runs));
  });

  it('the factorials of table and series meet', () => {
    expect(logFactorial(5)).toBeCloseTo(Math.log(120), 12);
    expect(logFactorial(65_536) - logFactorial(65_535)).toBeCloseTo(Math.log(65_536), 9);
  });
});
