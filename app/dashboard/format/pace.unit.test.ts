import { describe, expect, it } from 'vitest';
import { paceTo } from './pace.ts';

const day_ms = 86_400_000;
const line = (values: readonly number[]): { at_ms: number; ad: number }[] =>
  values.map((ad, i) => ({ at_ms: i * day_ms + 5, ad }));

describe('days to decide', () => {
  it('are what is missing over the step of a day, where every day brings the same', () => {
    const pace = paceTo(line([0, 0.25, 0.5, 0.75, 1, 1.25]), 'ad', 3);
    expect(pace?.least).toBeCloseTo(7, 9);
    expect(pace?.most).toBeCloseTo(7, 9);
  });

  it('are a range of two standard errors where evidence wanders', () => {
    // Steps 1, 0, 1, 0, 1: mean 0.6, standard deviation √0.3, two standard errors 2√(0.3/5) = 0.4899.
    const pace = paceTo(line([0, 1, 1, 2, 2, 3]), 'ad', 4);
    expect(pace?.least).toBeCloseTo(1 / (0.6 + 0.4899), 3);
    expect(pace?.most).toBeCloseTo(1 / (0.6 - 0.4899), 2);
  });

  it('may never come where the slowest pace does not rise, and are unknown where none does', () => {
    expect(paceTo(line([0, 2, 0, 2, 0, 1]), 'ad', 3)?.most).toBe(Infinity);
    expect(paceTo(line([5, 4, 3, 2, 1, 0]), 'ad', 6)).toBeNull();
  });

  it('are not told from few days, nor of what is there', () => {
    expect(paceTo(line([0, 1, 2]), 'ad', 9)).toBeNull();
    expect(paceTo(line([-12, -12, -12, -12, -1, -0.9]), 'ad', 9)).toBeNull();
    expect(paceTo(line([0, 1, 2, 3, 4, 5]), 'ad', 5)).toBeNull();
  });
});
