import { describe, expect, it } from 'vitest';
import { generator } from '../../../learning/numeric.ts';
import { calibration, calibrationError, calibrationFloor, clusteredMean, hit, logLoss } from './figures.ts';
import type { Forecast } from './forecast.ts';

const forecast = (cluster: number, p: number, a_won: boolean): Forecast => ({
  cluster,
  randomised: true,
  a_won,
  significant: false,
  best_vs_worst: false,
  probabilities: [p],
});

describe('a forecast', () => {
  it('hits with the better headline, half with no opinion, and pays the surprise', () => {
    expect([forecast(0, 0.6, true), forecast(0, 0.6, false), forecast(0, 0.5, true)].map((one) => hit(one, 0))).toEqual(
      [1, 0, 0.5], // prettier-ignore
    );
    expect(logLoss(forecast(0, 0.25, false), 0)).toBeCloseTo(Math.log(4 / 3), 12);
    expect(logLoss(forecast(0, 0.5, true), 0)).toBeCloseTo(Math.LN2, 12);
  });
});

describe('the calibration error', () => {
  it('is the mean distance over bins with the same number of pairs', () => {
    // 15 bins of two: each states .8 and has one of two come true, but the last, where both do.
    const pairs = Array.from({ length: 30 }, (_, i) => [0.8, i % 2 === 0 || i === 29 ? 1 : 0] as const);
    expect(calibrationError(pairs)).toBeCloseTo((14 * 0.3 + 0.2) / 15, 12);
  });

  it('of true probabilities is near its floor, of boasts above it', () => {
    const random = generator(9);
    const stated = Array.from({ length: 3_000 }, () => 0.2 + 0.6 * random());
    const honest = stated.map((p, i) => forecast(i, p, random() < p));
    const boasts = honest.map((one, i) => forecast(i, (stated[i] ?? 0.5) > 0.5 ? 0.95 : 0.05, one.a_won));
    const resampling = { seed: 1, rounds: 100 };
    const floor = calibrationFloor(honest, 0, resampling);
    expect(calibration(honest, 0, resampling).value).toBeLessThan(floor.high + 0.005);
    expect(calibration(boasts, 0, resampling).value).toBeGreaterThan(
      calibrationFloor(boasts, 0, resampling).high + 0.1,
    );
  });
});

describe('an interval by test', () => {
  const resampling = { seed: 4, rounds: 2_000 };

  it('is as wide as theory has it when pairs are independent', () => {
    const pairs = Array.from({ length: 400 }, (_, i) => forecast(i, 0.6, i % 2 === 0));
    const { value, low, high } = clusteredMean(pairs, (one) => hit(one, 0), resampling);
    expect(value).toBe(0.5);
    expect(high - low).toBeGreaterThan(2 * 1.96 * 0.025 * 0.9);
    expect(high - low).toBeLessThan(2 * 1.96 * 0.025 * 1.1);
  });

  it('does not narrow when every pair is told four times within its test', () => {
    const pairs = Array.from({ length: 1_600 }, (_, i) => forecast(i >> 2, 0.6, (i >> 2) % 2 === 0));
    const { low, high } = clusteredMean(pairs, (one) => hit(one, 0), resampling);
    expect(high - low).toBeGreaterThan(2 * 1.96 * 0.025 * 0.9);
  });

  it('is nothing where there are no pairs', () => {
    expect(clusteredMean([], () => 1, resampling)).toEqual({ value: NaN, low: NaN, high: NaN, n: 0 });
  });
});
