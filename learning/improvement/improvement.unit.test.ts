import { describe, expect, it } from 'vitest';
import { generator, normal, type Random } from '../numeric.ts';
import { forecast } from './damped-trend.ts';
import { trajectoryOf, type Day } from './trajectory.ts';

const ads_a_day = 20;
const sd = 0.3;

/** Days whose true levels are given. */
function drawn(levels: readonly number[], random: Random): Day[] {
  return levels.map((level, day) => {
    const gains = Array.from({ length: ads_a_day }, () => level + sd * normal(random));
    const sum = gains.reduce((total, gain) => total + gain, 0);
    return { day, ads: ads_a_day, sum, squares: gains.reduce((total, gain) => total + gain * gain, 0) };
  });
}

/** True levels of 91 days. */
type World = (random: Random) => readonly number[];
const days = Array.from({ length: 91 }, (_, day) => day);
const height = (random: Random): number => 0.02 + 0.3 * random();
const speed = (random: Random): number => 15 + 45 * random();
const worlds: Readonly<Record<string, World>> = {
  saturates(random) {
    const [most, days_to] = [height(random), speed(random)];
    return days.map((day) => most * (1 - Math.exp(-day / days_to)));
  },
  'is lost again'(random) {
    const [most, days_to] = [height(random), speed(random)];
    return days.map((day) => most * Math.exp(-day / days_to));
  },
  wanders(random) {
    let at = 0;
    return days.map(() => (at += 0.012 * normal(random)));
  },
  /** A new model comes into use, before or after the forecast. */
  jumps(random) {
    const [most, middle] = [height(random), 20 + 60 * random()];
    return days.map((day) => most / (1 + Math.exp(-(day - middle) / 4)));
  },
};

describe('the trajectory of improvement', () => {
  it('has 80 % bands that cover 70 to 90 % at 30 days, over learning that saturates, is lost again, wanders and jumps', () => {
    const random = generator(7);
    const runs = 150;
    let covered = 0;
    for (const world of Object.values(worlds))
      for (let run = 0; run < runs; run++) {
        const levels = world(random);
        const { points } = trajectoryOf(drawn(levels.slice(0, 61), random), [30]);
        const { low, high } = points[0] ?? {};
        const truth = levels[90] ?? 0;
        if ((low ?? Infinity) <= truth && truth <= (high ?? -Infinity)) covered++;
      }
    const share = covered / runs / Object.keys(worlds).length;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.9);
  });

  it('says too early beyond twice its history, and below thirty ads', () => {
    const days = drawn(new Array<number>(20).fill(0.05), generator(1));
    expect(trajectoryOf(days, [30, 90, 365]).points.map(({ status }) => status)).toEqual([
      'known',
      'too_early',
      'too_early',
    ]);
    const few = trajectoryOf(days.slice(0, 1), [1]);
    expect(few).toMatchObject({ mean: null, points: [{ status: 'too_early', gain: null }] });
  });

  it('reports a decline as one', () => {
    const { mean } = trajectoryOf(drawn(new Array<number>(60).fill(-0.1), generator(2)), []);
    expect(mean?.high).toBeLessThan(0);
  });

  it('is less sure where what matures on a day has its luck in common', () => {
    const random = generator(9);
    const alone = drawn(new Array<number>(60).fill(0.05), random);
    const together = alone.map((one) => {
      const shift = 0.3 * normal(random);
      const sum = one.sum + one.ads * shift;
      return { ...one, sum, squares: one.squares + 2 * shift * one.sum + one.ads * shift * shift };
    });
    const width = (days: readonly Day[]): number => {
      const { mean } = trajectoryOf(days, []);
      return (mean?.high ?? NaN) - (mean?.low ?? NaN);
    };
    // Twenty ads a day that share a shift as large as their own scatter: 60 days count, not 1,200 ads.
    expect(width(together)).toBeGreaterThan(2.5 * width(alone));
    expect(width(together)).toBeLessThan(6 * width(alone));
  });

  it('skips days without data', () => {
    const days = drawn(new Array<number>(40).fill(0.05), generator(3)).filter(({ day }) => day % 3 !== 1);
    const { points, days: span } = trajectoryOf(days, [0]);
    expect(span).toBe(40);
    expect(points[0]?.gain).toBeCloseTo(0.05, 1);
  });
});

describe('the damped trend', () => {
  it('without data knows only what it began with', () => {
    const [at] = forecast([], 2, [0]);
    expect(at).toEqual({ mean: 0, variance: 4 });
  });

  it('is the Kalman filter’s answer to one observation', () => {
    // prior variance 1, noise 1: mean half of what was seen, variance one half; all speeds alike.
    const [at] = forecast([{ value: 3, variance: 1 }], 1, [0]);
    expect(at?.mean).toBeCloseTo(1.5, 12);
    expect(at?.variance).toBeCloseTo(0.5, 12);
  });

  it('is less sure of what is further away', () => {
    const observations = Array.from({ length: 30 }, (_, i) => ({ value: i / 100, variance: 0.01 }));
    const [near, far] = forecast(observations, 0.1, [7, 90]);
    expect(far?.variance).toBeGreaterThan(near?.variance ?? Infinity);
  });
});
