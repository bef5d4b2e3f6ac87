import { describe, expect, it } from 'vitest';
import { informationOf } from './information.ts';

const test = { arm_sd: 0.2, dispersion: 1, clicks: 80 };
const effect = (sd: number) => ({ effect: 0.1, low: 0.1 - 1.959_964 * sd, high: 0.1 + 1.959_964 * sd });

describe('what a test is expected to tell', () => {
  it('is half the log of how much variance it takes away', () => {
    // By hand: v = 2 · .04 + 2/80 = .105; σ² = .0105; ½ ln 1.1.
    expect(informationOf(effect(Math.sqrt(0.0105)), test)).toBeCloseTo(Math.log(1.1) / 2, 6);
  });

  it('grows with what is not known and with clicks, and is nothing where all is known', () => {
    expect(informationOf(effect(0), test)).toBe(0);
    expect(informationOf(effect(0.2), test)).toBeGreaterThan(informationOf(effect(0.1), test));
    expect(informationOf(effect(0.1), { ...test, clicks: 800 })).toBeGreaterThan(informationOf(effect(0.1), test));
    expect(informationOf(effect(0.1), { ...test, dispersion: 4 })).toBeLessThan(informationOf(effect(0.1), test));
  });
});
