import { describe, expect, it } from 'vitest';
import { defaultFatiguePolicy as rules } from '../../policy/fatigue.ts';
import { judged, type Judged } from './judge.ts';
import { levelsOf } from './levels.ts';
import { partUpcast, type AdPart, type Day, type Status } from './state.ts';

const impressions = 20_000;
const usual = 300;
const day_1 = 20_000;

interface Course {
  /** Clicks over the usual ones from the tenth day on. */
  readonly left: number;
  readonly reach?: number;
  /** Spend over the usual one from the tenth day on; null where none is given. */
  readonly dearer?: number | null;
}

/** Twenty days of an ad. */
const course = ({ left, reach = 0, dearer = 1 }: Course): Day[] =>
  Array.from({ length: 20 }, (_, i) => ({
    day: day_1 + i,
    impressions,
    clicks: Math.round(usual * (i < 10 ? 1 : left)),
    reach,
    spend: dearer === null ? 0 : 9_000 * (i < 10 ? 1 : dearer),
  }));
const others = (given: Partial<Course> = {}): Day[][] => Array.from({ length: 5 }, () => course({ left: 1, ...given }));

/** What is said of an ad that was called `before`, beside five others. */
function told(own: Course, before: Status = 'healthy', beside: readonly Day[][] = others()): Judged['told'] {
  const days = course(own);
  const ids = { campaign_id: 'c', adset_id: 's', currency: 'EUR', contexts: [] };
  const ad: AdPart = { kind: 'ad', ...ids, days, status: before };
  return judged(ad, levelsOf([days, ...beside]), rules).told;
}

describe('a tired ad', () => {
  it('is saturated where it has lost the share that the policy names, and another creative should take its place', () => {
    expect(told({ left: 0.75 })).toMatchObject({ status: 'fatiguing', proposal: 'refresh_creative' });
    expect(told({ left: 0.55 })).toMatchObject({ status: 'saturated', proposal: 'rotate' });
  });

  it('is saturated where each click costs twice as much, beside the account, whatever it has lost', () => {
    const dear = told({ left: 0.75, dearer: 1.6 });
    expect(dear).toMatchObject({ status: 'saturated', currency: 'EUR' });
    expect(dear.cost_change).toBeCloseTo(1.6 / 0.75 - 1, 2);
    expect(dear.cost_per_click_minor).toBeCloseTo((9_000 * 1.6) / 225, 6);
    expect(dear.reason).toMatch(/ Each click costs 1\d\d % more\.$/);
    // Where the whole account pays more, that is the auction.
    expect(told({ left: 0.75, dearer: 1.6 }, 'healthy', others({ dearer: 1.6 })).status).toBe('fatiguing');
  });

  it('is not made so by cost alone, and cost is not told where spend is not given', () => {
    expect(told({ left: 1, dearer: 3 })).toMatchObject({ status: 'healthy', cost_change: null });
    const free = told({ left: 0.75, dearer: null });
    expect(free).toMatchObject({ status: 'fatiguing', cost_change: null, cost_per_click_minor: null, currency: null });
    expect(free.reason).not.toContain('cost');
  });

  it('keeps what it was called until it is well below the limit: its status does not flip from day to day', () => {
    // A loss between .85 of the limit and the limit.
    expect(told({ left: 0.63 }, 'fatiguing').status).toBe('fatiguing');
    expect(told({ left: 0.63 }, 'saturated').status).toBe('saturated');
    expect(told({ left: 0.7 }, 'saturated').status).toBe('fatiguing');
    // Shown 3.7 times a week to each: the limit is 4.
    const often = { left: 0.75, reach: (7 * impressions) / 3.7 };
    expect(told(often, 'fatiguing').status).toBe('fatiguing');
    expect(told(often, 'audience_exhausted').status).toBe('audience_exhausted');
    expect(told({ ...often, reach: (7 * impressions) / 3.3 }, 'audience_exhausted').status).toBe('fatiguing');
    // Twice the cost is the limit, here it is 1.9 times.
    const dear = { left: 0.75, dearer: 1.9 * 0.75 };
    expect(told(dear, 'fatiguing').status).toBe('fatiguing');
    expect(told(dear, 'saturated').status).toBe('saturated');
  });

  it('whose audience is exhausted stays so while reach is not given: that says nothing against it', () => {
    expect(told({ left: 0.75 }, 'audience_exhausted').status).toBe('audience_exhausted');
    expect(told({ left: 0.75 }, 'audience_exhausted').reason).not.toContain('times');
    expect(told({ left: 1 }, 'audience_exhausted').status).toBe('healthy');
  });
});

describe('parts that were kept before spend was', () => {
  it('are read as of days of which it is not known what was spent', () => {
    const days = [{ day: 1, impressions: 10, clicks: 1, reach: 5 }];
    const ad = { kind: 'ad', campaign_id: 'c', adset_id: 's', days, status: 'healthy', contexts: ['{}'] };
    expect(partUpcast(ad)).toEqual({ ...ad, currency: null, days: [{ ...days[0], spend: null }] });
    const rows = [100, 200, 10, 1, 5, 300, 400, 20, 2, 6];
    expect(partUpcast({ kind: 'book', rows })).toEqual({
      kind: 'book',
      rows: [100, 200, 10, 1, 5, 0, 300, 400, 20, 2, 6, 0],
    });
    const dna = { kind: 'dna', extractor_version: 1, values: ['hook=story'] };
    expect(partUpcast(dna)).toEqual(dna);
    expect(() => partUpcast({})).toThrow('kind');
  });
});
