import { describe, expect, it } from 'vitest';
import { generator, poisson } from '../numeric.ts';
import { changeOf, countFactor, countInterval } from './interval.ts';

describe('the interval of a count', () => {
  // Exact Poisson limits (Garwood 1936), tables of Breslow & Day 1987, II, p. 71.
  it.each([
    [1, 0.0253, 5.572],
    [5, 1.623, 11.668],
    [10, 4.795, 18.39],
    [50, 37.11, 65.92],
    [100, 81.36, 121.63],
  ])('of %i is near the exact limits', (count, low, high) => {
    const found = countInterval(count, 1);
    expect(Math.abs(found.low - low)).toBeLessThan(0.03 + low * 0.005);
    expect(Math.abs(found.high - high)).toBeLessThan(0.05 + high * 0.005);
  });

  it('of none begins at 0 and ends at 3.7', () => {
    expect(countInterval(0, 1).low).toBe(0);
    expect(countInterval(0, 1).high).toBeCloseTo(3.69, 1);
  });

  it('is that of a smaller count where the variance is larger', () => {
    const { low, high } = countInterval(100, 4);
    const quarter = countInterval(25, 1);
    expect([low, high]).toEqual([quarter.low * 4, quarter.high * 4]);
  });

  it('covers what is behind a count in 95 % of draws or a little more', () => {
    const random = generator(7);
    for (const mean of [3, 20, 200]) {
      const draws = Array.from({ length: 4_000 }, () => countInterval(poisson(mean, random), 1));
      const covered = draws.filter(({ low, high }) => low <= mean && mean <= high).length / draws.length;
      expect(covered).toBeGreaterThan(0.935);
      expect(covered).toBeLessThan(0.992);
    }
  });
});

describe('a change between two counts', () => {
  it('is the ratio of rates, with an interval that holds it', () => {
    // 60 of 5,000 against 700 of 35,000: 1.2 % against 2 % is 40 % less.
    const change = changeOf({ count: 60, exposure: 5_000 }, { count: 700, exposure: 35_000 }, 1);
    expect(change.value).toBeCloseTo(-0.4, 10);
    // By hand: log(60.5/5000 / (700.5/35000)) = -0.5031, half = 1.96 · sqrt(1/60.5 + 1/700.5) = 0.2627.
    expect(change.low).toBeCloseTo(Math.exp(-0.5031 - 0.2627) - 1, 3);
    expect(change.high).toBeCloseTo(Math.exp(-0.5031 + 0.2627) - 1, 3);
  });

  it('from something to nothing is a loss of all, and its interval says how little is sure', () => {
    const change = changeOf({ count: 0, exposure: 100 }, { count: 20, exposure: 1_000 }, 1);
    expect(change.value).toBe(-1);
    expect(change.low).toBe(-1);
    expect(change.high).toBeGreaterThan(0);
  });

  it('is as sure as the counts are many', () => {
    // exp(1.96 · sqrt(2 / 41)) = 1.54.
    expect(countFactor(41, 2)).toBeCloseTo(1.5417, 3);
    expect(countFactor(400, 1)).toBeCloseTo(Math.exp(1.959964 / 20), 10);
  });
});
