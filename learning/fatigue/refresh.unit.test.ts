import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toldChanges, toldDifference, type ToldEffect } from '../dna/formula/told.ts';
import { no_refresh, refreshOf, type FreshWinner, type Remembered } from './refresh.ts';

const of = (trait: string, value: string, effect: number, half: number, experiments = 9): ToldEffect => ({
  trait,
  value,
  effect,
  low: effect - half,
  high: effect + half,
  experiments,
});
const effects = [
  of('hook', 'question', 0.07, 0.06),
  of('exclamation', 'yes', -0.09, 0.05),
  of('words', '6_to_9', 0.02, 0.03),
  of('words', '14_to_17', 0.1, 0.03),
  of('number', 'yes', 0.2, 0.01, 2),
  of('language', 'de', 0.5, 0.01),
];
const creative = ['hook=none', 'exclamation=yes', 'words=6_to_9', 'number=no', 'language=en'];

describe('changes by effects as told', () => {
  it('are those whose whole interval is above zero, from enough experiments, surest first', () => {
    const changes = toldChanges(effects, creative, 3);
    expect(changes.map(({ trait, from, to }) => [trait, from, to])).toEqual([
      ['exclamation', 'yes', null],
      ['words', '6_to_9', '14_to_17'],
      ['hook', null, 'question'],
    ]);
  });

  it('of one value for another have an interval as wide as both together: what they share is not told', () => {
    const change = toldChanges(effects, creative, 3).find(({ trait }) => trait === 'words');
    expect(change?.effect).toBeCloseTo(0.08, 12);
    expect(change?.low).toBeCloseTo(0.02, 12);
    expect(change?.high).toBeCloseTo(0.14, 12);
  });

  it('are not made to a trait of which nothing is known in the creative', () => {
    expect(toldChanges(effects, ['exclamation=no'], 3)).toEqual([]);
  });

  it('differ by what creatives differ in: the same either way round, and nothing of unknown traits', () => {
    const names = ['hook=question', 'exclamation=yes', 'words=6_to_9', 'number=yes'];
    fc.assert(
      fc.property(fc.subarray(names), fc.subarray(names), (a, b) => {
        expect(toldDifference(effects, a, b)).toBeCloseTo(-toldDifference(effects, b, a), 12);
        expect(toldDifference(effects, a, a)).toBe(0);
        expect(toldDifference(effects, a, [])).toBe(0);
      }),
    );
    expect(toldDifference(effects, ['words=14_to_17'], ['words=6_to_9'])).toBeCloseTo(0.08, 12);
  });
});

describe('a refresh', () => {
  const known: Remembered = { values: creative, effects, winners: [], least_experiments: 3 };
  const winner = (ad_id: string, lift: number, ...values: readonly string[]): FreshWinner => ({ ad_id, lift, values });
  const calm = winner('calm', 0.1, 'exclamation=no', 'hook=none');
  const asks = winner('asks', 0.3, 'hook=question', 'exclamation=yes');

  it('takes the surest change where no winner is remembered', () => {
    const told = refreshOf(known);
    expect(told).toMatchObject({ like_ad_id: null, no_refresh: null });
    expect(told.changes.map(({ trait, from, to }) => [trait, from, to])).toEqual([
      ['exclamation', 'yes', null],
      ['words', '6_to_9', '14_to_17'],
      ['hook', null, 'question'],
    ]);
    expect(told.refresh).toBe(
      'Leave out exclamation: goes with +9.4 % clicks (95 %: +4.1 % to +15 %), from 9 experiments; an association, not a cause.',
    );
  });

  it('takes the winner that differs in what goes with most clicks, and a change that it has', () => {
    expect(refreshOf({ ...known, winners: [asks] })).toMatchObject({
      like_ad_id: 'asks',
      changes: [{ trait: 'hook', to: 'question' }, { trait: 'exclamation' }, { trait: 'words' }],
    });
    expect(refreshOf({ ...known, winners: [asks, calm] })).toMatchObject({
      like_ad_id: 'calm',
      changes: [{ trait: 'exclamation' }, { trait: 'words' }, { trait: 'hook' }],
    });
  });

  it('before any trait is told apart is the winner by most, and says that what to take of it is not known', () => {
    const told = refreshOf({ ...known, effects: [], winners: [calm, asks] });
    expect(told).toMatchObject({ like_ad_id: 'asks', like_lift: 0.3, changes: [] });
    expect(told.refresh).toContain('no experiment has told traits apart');
  });

  it('is none, with the reason, where there is nothing to go by', () => {
    const reasons: readonly (readonly [Partial<Remembered>, RegExp])[] = [
      [{ values: null }, /what its creative is made of/],
      [{ effects: [] }, /no experiment has told traits apart, and no winner is remembered/],
      [{ effects: [], winners: [winner('same', 0.4, ...creative)] }, /no remembered winner is made otherwise/],
      [{ least_experiments: 10 }, /No change .* 10 experiments or more/],
    ];
    for (const [change, reason] of reasons) {
      const told = refreshOf({ ...known, ...change });
      expect(told).toEqual({ ...no_refresh, no_refresh: expect.stringMatching(reason) });
    }
  });

  it('is the same in whatever order winners and effects are remembered', () => {
    const all = [calm, asks, winner('twin', 0.3, ...asks.values)];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all, { minLength: 3 }),
        fc.shuffledSubarray(effects, { minLength: 6 }),
        (w, e) => {
          const one = refreshOf({ ...known, winners: w, effects: e });
          expect(one).toEqual(refreshOf({ ...known, winners: all }));
        },
      ),
    );
  });
});
