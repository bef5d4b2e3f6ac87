import { describe, expect, it } from 'vitest';
import { defaultAccuracyPolicy } from '../../policy/accuracy.ts';
import { generator, normal } from '../numeric.ts';
import { started, step, type PageHinkley } from './page-hinkley.ts';

const { drift_tolerance: tolerance, drift_threshold: threshold, drift_min_days: least } = defaultAccuracyPolicy;
const rule = { tolerance, threshold, least };

describe('Page–Hinkley', () => {
  it('adds up what exceeds the mean by more than the tolerance', () => {
    const counted = { tolerance: 0.5, threshold: 3, least: 1 };
    let state: PageHinkley = { count: 10, mean: 0, up: 0, down: 0 };
    ({ state } = step(state, 2, counted));
    // 2 − 0 − .5; the mean is 2/11 from now on.
    expect(state.up).toBeCloseTo(1.5, 12);
    expect(state.down).toBe(0);
    ({ state } = step(state, 2, counted));
    expect(state.up).toBeCloseTo(1.5 + 2 - 2 / 11 - 0.5, 12);
    expect(step(state, 2, counted).drift).toBe(1);
  });

  it('runs a false alarm at most once in a thousand stable windows, also where errors scatter a fifth more than thought', () => {
    const random = generator(8);
    let alarms = 0;
    let state = started;
    const windows = 200_000;
    for (let i = 0; i < windows; i++) {
      const next = step(state, 1.2 * normal(random), rule);
      if (next.drift !== 0) alarms++;
      state = next.drift === 0 ? next.state : started;
    }
    expect((1_000 * alarms) / windows).toBeLessThan(1);
  });

  it('finds a shift of two standard deviations within a fortnight, either way, and says which', () => {
    for (const shift of [2, -2]) {
      const random = generator(9);
      const delays = Array.from({ length: 100 }, () => {
        let state = started;
        for (let i = 0; i < 40; i++) ({ state } = step(state, normal(random), rule));
        for (let i = 1; i < 100; i++) {
          const next = step(state, shift + normal(random), rule);
          if (next.drift !== 0) return next.drift === Math.sign(shift) ? i : Infinity;
          ({ state } = next);
        }
        return Infinity;
      });
      expect(delays.toSorted((a, b) => a - b)[90]).toBeLessThan(14);
    }
  });
});
