import { describe, expect, it } from 'vitest';
import { RateMeter, window_ms } from './rates.ts';

const totals = (n: number): ReadonlyMap<string, number> => new Map([['x', n]]);

describe('a rate', () => {
  it('is nothing before there is a span', () => {
    const meter = new RateMeter();
    expect(meter.per_s('x', 0, 5)).toBe(0);
    meter.sample(0, totals(5));
    expect(meter.per_s('x', 0, 5)).toBe(0);
  });

  it('is the rise over the time since the oldest sample of the window', () => {
    const meter = new RateMeter();
    meter.sample(0, totals(0));
    meter.sample(2_000, totals(100));
    expect(meter.per_s('x', 4_000, 400)).toBe(100);
  });

  it('forgets what lies before the window', () => {
    const meter = new RateMeter();
    for (let s = 0; s <= 30; s++) meter.sample(s * 1_000, totals(s <= 15 ? s * 1_000 : 15_000));
    expect(meter.per_s('x', 30_000, 15_000)).toBe(0);
    expect(window_ms).toBe(10_000);
  });

  it('counts from nothing for a counter that came later', () => {
    const meter = new RateMeter();
    meter.sample(0, new Map());
    expect(meter.per_s('x', 1_000, 50)).toBe(50);
  });
});
