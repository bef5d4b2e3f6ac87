import { describe, expect, it } from 'vitest';
import { held } from './bands.ts';
import { bootstrapped, falling, meanFigure, reached, stretchesToEqual } from './figures.ts';

describe('figures over accounts', () => {
  it('have an interval by Student’s t, and leave out accounts without a value', () => {
    // Sample sd 1, n 3: half width 4.3027 / √3.
    const { value, low, high, n } = meanFigure([1, 2, 3, NaN]);
    expect({ value, n }).toEqual({ value: 2, n: 3 });
    expect(high - value).toBeCloseTo(4.3027 / Math.sqrt(3), 3);
    expect(value - low).toBeCloseTo(high - value, 12);
  });

  it('draw whole accounts again, the same for the same seed', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    const of = (drawn: readonly number[]): number => drawn.reduce((sum, i) => sum + (values[i] ?? 0), 0) / drawn.length;
    const figure = bootstrapped(8, 3, of);
    expect(figure).toEqual(bootstrapped(8, 3, of));
    expect(figure.value).toBe(4.5);
    expect(figure.low).toBeGreaterThan(2.4);
    expect(figure.high).toBeLessThan(6.6);
    expect(figure.high - figure.low).toBeGreaterThan(2);
  });
});

describe('what equals the loss of a lesser program', () => {
  it('is read off a curve that never rises', () => {
    expect(falling([4, 2, 3, 1], [1, 1, 1, 1])).toEqual([4, 2.5, 2.5, 1]);
    expect(falling([4, 2, 3, 1], [1, 3, 1, 1])).toEqual([4, 2.25, 2.25, 1]);
    expect(falling([1, 2, 3], [1, 1, 1])).toEqual([2, 2, 2]);
  });

  it('is where it is reached: at once, between two stretches, or never', () => {
    expect(reached([3, 2, 1], 3)).toBe(0);
    expect(reached([3, 2, 1], 1.5)).toBe(2);
    expect(reached([3, 2, 1], 2)).toBe(1.5);
    expect(reached([3, 2, 1], 0.5)).toBe(3);
  });

  it('takes the whole program half as long where it learns twice as fast', () => {
    const at = (speed: number): readonly number[] => Array.from({ length: 12 }, (_, i) => 1 / (1 + speed * (i + 0.5)));
    // The lesser one loses, in its last four stretches, what it does after about ten: the other does so after five.
    expect(stretchesToEqual([at(2)], [at(1)])).toBeCloseTo(5, 0);
    expect(stretchesToEqual([at(1)], [at(1)])).toBeCloseTo(10, 0);
    expect(stretchesToEqual([at(1)], [at(2)])).toBe(12);
  });
});

describe('a band', () => {
  const point = (low: number | null, high: number | null) => ({
    day: 30,
    history_days: 25,
    points: [{ horizon_days: 30, status: low === null ? 'too_early' : 'known', gain: low, low, high } as const],
  });
  const gains = Array.from({ length: 80 }, (_, day) => ({ day, gain: day >= 53 && day <= 67 ? 0.2 : 9 }));

  it('is held against the mean of the weeks around the day it was for', () => {
    expect(held({ told: [point(0.1, 0.3)], gains })).toEqual([true]);
    expect(held({ told: [point(0.3, 0.4)], gains })).toEqual([false]);
  });

  it('is left out where nothing was said, or the day is not past', () => {
    expect(held({ told: [point(null, null)], gains })).toEqual([]);
    expect(held({ told: [point(0.1, 0.3)], gains: gains.slice(0, 60) })).toEqual([]);
  });
});
