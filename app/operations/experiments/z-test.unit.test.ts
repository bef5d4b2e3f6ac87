import { describe, expect, it } from 'vitest';
import { pooledZ, zTestClaims, zTestP } from './z-test.ts';

describe('the z-test shown for comparison', () => {
  it('is the textbook pooled z', () => {
    // 120/2000 against 90/2000: pooled .0525, se sqrt(.0525 * .9475 / 1000) = .0070530, z = .015 / .0070530
    expect(pooledZ({ impressions: 2_000, clicks: 120 }, { impressions: 2_000, clicks: 90 })).toBeCloseTo(2.1268, 4);
  });

  it('claims a winner over the runner-up, not over the worst', () => {
    const arms = [90, 118, 120].map((clicks) => ({ impressions: 2_000, clicks }));
    // Over 118: z = .1335, p = .8938; over 90: z = 2.1268, p = .03344
    expect(zTestP(arms)).toBeCloseTo(0.8938, 3);
    expect(zTestP(arms.filter(({ clicks }) => clicks !== 118))).toBeCloseTo(0.0334, 4);
  });

  it('claims nothing without data or rivals', () => {
    expect(zTestP([])).toBe(1);
    expect(zTestP([{ impressions: 1_000, clicks: 100 }])).toBe(1);
    const none = { impressions: 0, clicks: 0 };
    expect(zTestP([none, none])).toBe(1);
    expect(zTestClaims([])).toEqual({ unadjusted: 0, adjusted: 0 });
  });

  it('claims fewer where it answers for all of them: the largest k with p(k) ≤ .05 k / n', () => {
    // Thresholds .0125, .025, .0375, .05: the second p misses its own, the third is within its.
    expect(zTestClaims([0.2, 0.012, 0.03, 0.026])).toEqual({ unadjusted: 3, adjusted: 3 });
    expect(zTestClaims([0.2, 0.04, 0.03, 0.02])).toEqual({ unadjusted: 3, adjusted: 0 });
  });
});
