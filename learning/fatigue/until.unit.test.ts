import { describe, expect, it } from 'vitest';
import { generator, poisson } from '../numeric.ts';
import type { AdDay } from './decline.ts';
import { daysUntil, lineOf, type DaysUntil } from './until.ts';

const exposure = 5_000;
const days = (...clicks: readonly number[]): AdDay[] => clicks.map((n, day) => ({ day, exposure, clicks: n }));
const exact = { dispersion: 1, loss: 0.5 };

/** What is said of days that are clicked so often, after twenty that are clicked 75 times each. */
function said(clicks: readonly number[], rule = exact): DaysUntil | null {
  const line = lineOf(days(...clicks), rule.dispersion);
  return line === null ? null : daysUntil(line, { clicks: 20 * 75, exposure: 20 * exposure }, rule);
}

describe('the line through the last days', () => {
  it('is that of the log rate, weighted by clicks', () => {
    // Half a click is added to each: 99.5, 89.5 and 80.5 make 100, 90 and 81, ln .9 a day exactly.
    const line = lineOf(days(99.5, 89.5, 80.5), 1);
    expect(line?.slope).toBeCloseTo(Math.log(0.9), 9);
    expect(line?.end).toBeCloseTo(Math.log(81 / exposure), 9);
    // Σ w (d − d̄)² with d̄ = 252/271: 100 × .8647 + 90 × .0049 + 81 × 1.1451
    expect(line?.slope_variance).toBeCloseTo(1 / (86.47 + 0.4425 + 92.75), 5);
    expect(lineOf(days(99.5, 89.5, 80.5), 2)?.end_variance).toBeCloseTo(2 * (line?.end_variance ?? 0), 9);
  });

  it('of less than three days is not known', () => {
    expect(lineOf(days(10, 9), 1)).toBeNull();
  });
});

describe('days until a loss', () => {
  it('are those that the line needs from where it is', () => {
    // The last day has .9^4 of 75 clicks, and half of them are .9^6.58.
    const until = said([75, 67.5, 60.75, 54.675, 49.2075]);
    expect(until?.days).toBeCloseTo(Math.log(0.5) / Math.log(0.9) - 4, 0);
    expect(until?.low).toBeLessThan(until?.days ?? 0);
  });

  it('have no upper end where the days may as well not fall, and are not told where they rise', () => {
    const until = said([70, 75, 68, 74, 69]);
    expect(until?.high).toBeNull();
    expect(until?.low).toBeLessThanOrEqual(until?.days ?? 0);
    expect(said([60, 65, 70, 75])).toBeNull();
  });

  it('are none where it is lost', () => {
    expect(said([40, 35, 30, 25, 20])?.days).toBe(0);
  });

  it('lie in their 95 % interval in about 95 % of simulated declines, by chance alone and where days scatter more', () => {
    for (const dispersion of [1, 3]) {
      const random = generator(11);
      const scattered = (mean: number): number => dispersion * poisson(mean / dispersion, random);
      const truth = Math.log(2) / 0.03 - 13;
      let [covered, bounded] = [0, 0];
      const told: DaysUntil[] = [];
      for (let run = 0; run < 2_000; run++) {
        const early = Array.from({ length: 20 }, () => scattered(75)).reduce((sum, one) => sum + one, 0);
        const late = Array.from({ length: 14 }, (_, day) => scattered(75 * Math.exp(-0.03 * day)));
        const line = lineOf(days(...late), dispersion);
        const until =
          line === null ? null : daysUntil(line, { clicks: early, exposure: 20 * exposure }, { dispersion, loss: 0.5 });
        if (until === null) continue;
        told.push(until);
        if (until.high !== null) bounded++;
        if (until.low <= truth && truth <= (until.high ?? Infinity)) covered++;
      }
      expect(told.length).toBeGreaterThan(1_900);
      // An interval that never ends would cover all.
      expect(bounded / told.length).toBeGreaterThan(dispersion === 1 ? 0.6 : 0.2);
      expect(covered / told.length).toBeGreaterThan(0.93);
      expect(covered / told.length).toBeLessThan(0.98);
    }
  });
});
