import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreedWith, no_agreement, trustIn, type ExpectedAndHad } from './trust.ts';

const prior = { mean: 0.25, sd: 0.25 };
const all = (ads: readonly ExpectedAndHad[], kept = 1) =>
  ads.reduce((sums, ad) => agreedWith(sums, ad, kept), no_agreement);

describe('the trust in memory', () => {
  it('is the prior while no ad has shown anything', () => {
    expect(trustIn(no_agreement, prior)).toBe(0.25);
  });

  it('is the posterior mean of the slope', () => {
    // Σwxy = 10·.2·.1 + 10·.4·.3 = 1.4, Σwx² = 10·.04 + 10·.16 = 2, 1/sd² = 16: (1.4 + 4) / (2 + 16).
    const sums = all([
      { expected: 0.2, had: 0.1, weight: 10 },
      { expected: 0.4, had: 0.3, weight: 10 },
    ]);
    expect(trustIn(sums, prior)).toBeCloseTo(0.3, 10);
  });

  it('ends where the ads say, however it began', () => {
    const ads = Array.from({ length: 5_000 }, (_, i) => ({
      expected: i % 2 ? 0.2 : -0.2,
      had: i % 2 ? 0.12 : -0.12,
      weight: 10,
    }));
    for (const mean of [0, 0.25, 1]) expect(trustIn(all(ads), { mean, sd: 0.25 })).toBeCloseTo(0.6, 2);
  });

  it('is none where what it expects does not come true, or the opposite does', () => {
    const ads = Array.from({ length: 5_000 }, () => ({ expected: 0.2, had: -0.2, weight: 10 }));
    expect(trustIn(all(ads), prior)).toBe(0);
  });

  it('forgets what an account was once like', () => {
    const before = Array.from({ length: 500 }, () => ({ expected: 0.3, had: 0, weight: 10 }));
    const since = before.map((ad) => ({ ...ad, had: 0.3 }));
    expect(trustIn(all([...before, ...since], 0.99), prior)).toBeGreaterThan(0.8);
    expect(trustIn(all([...before, ...since], 1), prior)).toBeLessThan(0.6);
  });

  it('stays the prior for ever where no account is expected to differ', () => {
    expect(trustIn(all([{ expected: 1, had: 1, weight: 1_000 }]), { mean: 0.25, sd: 0 })).toBe(0.25);
  });

  it('is always a share', () => {
    const finite = fc.double({ min: -10, max: 10, noNaN: true });
    const ad = fc.record({ expected: finite, had: finite, weight: fc.double({ min: 0, max: 1e6, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(ad), fc.double({ min: 0, max: 1, noNaN: true }), (ads, mean) => {
        const trust = trustIn(all(ads), { mean, sd: 0.25 });
        expect(trust).toBeGreaterThanOrEqual(0);
        expect(trust).toBeLessThanOrEqual(1);
      }),
    );
  });
});
