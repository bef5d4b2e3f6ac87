import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declineOf, dispersionAt, type AdDay } from './decline.ts';
import { accountLevel, besideAccount, levelScatter } from './level.ts';

const rule = { ratio: 0.75, baseline_days: 1, dispersion: 1 };
const days = (...clicks: readonly number[]): AdDay[] => clicks.map((n, day) => ({ day, exposure: 1_000, clicks: n }));

describe('evidence for a decline', () => {
  it('is the likelihood ratio of the later share of the clicks', () => {
    // 20 then 10 of as many impressions: 10 ln .75 − 30 ln(1.75/2) = −2.87682 + 4.00594
    const { evidence, since_day, change } = declineOf(days(20, 10), rule);
    expect(evidence).toBeCloseTo(1.12912, 4);
    expect(since_day).toBe(1);
    expect(change?.value).toBeCloseTo(10.5 / 20.5 - 1, 9);
  });

  it('is divided by how much days scatter beside chance', () => {
    expect(declineOf(days(20, 10), { ...rule, dispersion: 2 }).evidence).toBeCloseTo(1.12912 / 2, 4);
    expect(dispersionAt(days(100, 100), { within_day: 1.2, daily_sd: 0.1 })).toBeCloseTo(1.2 * 2, 9);
  });

  it('is nothing where clicks rise, and before there is anything to compare with', () => {
    expect(declineOf(days(10, 20), rule)).toEqual({ evidence: 0, since_day: null, change: null, before: null });
    expect(declineOf(days(20, 10), { ...rule, baseline_days: 2 }).evidence).toBe(0);
    expect(declineOf([], rule).evidence).toBe(0);
  });

  it('names the day from which it speaks', () => {
    expect(declineOf(days(40, 40, 40, 40, 20, 20, 20), rule).since_day).toBe(4);
  });
});

describe('an ad beside its account', () => {
  it('is not tired by what all ads share, however many days it lasts', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.4, max: 1, noNaN: true }), fc.integer({ min: 3, max: 20 }), (fall, later) => {
        const one = Array.from({ length: 10 + later }, (_, day) => ({
          day,
          impressions: 10_000,
          clicks: 200 * (day < 10 ? 1 : fall),
        }));
        const beside = besideAccount(one, accountLevel(Array.from({ length: 8 }, () => one)));
        expect(declineOf(beside, rule).evidence).toBeLessThan(0.5);
      }),
    );
  });

  it('scatters by as much more as the account is known by chance too, and no more where there is no other', () => {
    const own = [{ day: 0, impressions: 500, clicks: 10 }];
    const other = [{ day: 0, impressions: 4_500, clicks: 95 }];
    expect(levelScatter(own, accountLevel([own]))).toBe(1);
    // 1 + 10 × 95 / (95 + 5)²
    expect(levelScatter(own, accountLevel([own, other]))).toBeCloseTo(1.095, 9);
  });

  it('is itself where it is alone', () => {
    const own = [{ day: 0, impressions: 500, clicks: 10 }];
    expect(besideAccount(own, accountLevel([own]))).toEqual([{ day: 0, exposure: 500, clicks: 10 }]);
  });
});
