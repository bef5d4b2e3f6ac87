import { describe, expect, it } from 'vitest';
import { claimedByZTest, pooledZ } from './z-test.ts';

describe('the z-test shown for comparison', () => {
  it('is the textbook pooled z', () => {
    // 120/2000 against 90/2000: pooled .0525, se sqrt(.0525 * .9475 / 1000) = .0070530, z = .015 / .0070530
    expect(pooledZ({ impressions: 2_000, clicks: 120 }, { impressions: 2_000, clicks: 90 })).toBeCloseTo(2.1268, 4);
  });

  it('claims a winner over the runner-up, not over the worst', () => {
    const arms = [90, 118, 120].map((clicks) => ({ impressions: 2_000, clicks }));
    expect(claimedByZTest(arms)).toBe(false);
    expect(claimedByZTest(arms.filter(({ clicks }) => clicks !== 118))).toBe(true);
  });

  it('claims nothing without data or rivals', () => {
    expect(claimedByZTest([])).toBe(false);
    expect(claimedByZTest([{ impressions: 1_000, clicks: 100 }])).toBe(false);
    expect(
      claimedByZTest([
        { impressions: 0, clicks: 0 },
        { impressions: 0, clicks: 0 },
      ]),
    ).toBe(false);
  });
});
