import { describe, expect, it } from 'vitest';
import { generator, normal } from '../numeric.ts';
import { no_scale, scaleOf, withError, type ErrorScale, type ScaleRule } from './scale.ts';

const rule: ScaleRule = { lag: 2, memory: Infinity, prior: 4 };
const through = (errors: Iterable<number>, by: ScaleRule): ErrorScale => {
  let scale = no_scale;
  for (const error of errors) scale = withError(scale, error, by);
  return scale;
};

describe('the scale of errors', () => {
  it('is √(γ₀ (1 + ρ) / (1 − ρ)) of the errors that are old enough, drawn to chance', () => {
    // Counted: 3, 3, −3, −3; the last two wait. Mean 0, squares 36, products 9 − 9 + 9 = 9.
    const scale = through([3, 3, -3, -3, 6, 6], rule);
    expect(scale).toMatchObject({ pending: [6, 6], count: 4, sum: 0, squares: 36, products: 9 });
    // (36 + 4) / (4 + 4) = 5; ρ = 9/40 + (1 + 27/40) / 8 = .434375
    expect(scaleOf(scale, rule)).toBeCloseTo(Math.sqrt((5 * 1.434375) / 0.565625), 9);
  });

  it('is a little above 1 while nothing is known, and never less than 1', () => {
    // Nothing is known: ρ is believed to be 1/4.
    expect(scaleOf(no_scale, rule)).toBeCloseTo(Math.sqrt(1.25 / 0.75), 12);
    expect(scaleOf(through(new Array(60).fill(0.1), rule), rule)).toBeGreaterThanOrEqual(1);
  });

  it('finds how far errors scatter that are surer of themselves than they should be, and that resemble each other', () => {
    const usual: ScaleRule = { lag: 15, memory: 120, prior: 15 };
    const mean = (rho: number, sd: number): number => {
      const random = generator(11);
      let sum = 0;
      for (let run = 0; run < 60; run++) {
        let last = 0;
        const errors = Array.from(
          { length: 400 },
          () => (last = rho * last + Math.sqrt(1 - rho ** 2) * sd * normal(random)),
        );
        sum += scaleOf(through(errors, usual), usual);
      }
      return sum / 60;
    };
    expect(mean(0, 1)).toBeLessThan(1.15);
    expect(mean(0, 1.6)).toBeGreaterThan(1.45);
    expect(mean(0, 1.6)).toBeLessThan(1.8);
    // 1 · √(1.5 / .5) = 1.73
    expect(mean(0.5, 1)).toBeGreaterThan(1.5);
    expect(mean(0.5, 1)).toBeLessThan(1.9);
  });

  it('does not take a drift that has just begun for scatter', () => {
    const usual: ScaleRule = { lag: 15, memory: 120, prior: 15 };
    const calm = through(
      Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 1 : -1)),
      usual,
    );
    const shifted = [...Array(15)].reduce<ErrorScale>((scale) => withError(scale, 5, usual), calm);
    expect(scaleOf(shifted, usual)).toBeLessThan(1.05 * scaleOf(calm, usual) + 0.01);
  });
});
