import { describe, expect, it } from 'vitest';
import { contrastOf, type Arm } from './contrast.ts';
import { effectOf, formulaOf, weightsOf, type Formula } from './effects.ts';
import { posterior } from './posterior.ts';
import { comparison, score, suggestions, whyWon } from './score.ts';
import { noSums, withContrast } from './sums.ts';

const working = { arm_sd: 0.1, slope_sd: 0.02, least_clicks: 5 };

function formulaFrom(experiments: readonly (readonly Arm[])[]): Formula {
  let sums = noSums;
  for (const arms of experiments) {
    const contrast = contrastOf(arms, working);
    if (contrast !== null) sums = withContrast(sums, contrast);
  }
  return formulaOf(sums, posterior(sums, { effect_sd: 0.1, dispersion_freedom: 20 }));
}

const shown = { impressions: 50_000 };
/** A number helps by a fifth, an exclamation mark hurts by a fifth, length does nothing. */
const experiments = Array.from({ length: 30 }, (_, i): readonly Arm[] => {
  const words = i % 2 === 0 ? ['words=6_to_9', 'words=10_to_13'] : ['words=10_to_13', 'words=6_to_9'];
  const plain = ['number=no', 'exclamation=no'];
  return [
    { ...shown, clicks: 600, values: ['number=yes', 'exclamation=no', words[0] ?? ''] },
    { ...shown, clicks: 500, values: [...plain, words[1] ?? ''] },
    { ...shown, clicks: 400, values: ['number=no', 'exclamation=yes', words[0] ?? ''] },
    { ...shown, clicks: 500, values: [...plain, words[1] ?? ''] },
  ];
});
const formula = formulaFrom(experiments);
const effect = (name: string): number => effectOf(formula, weightsOf(formula, name) ?? new Map()).effect;

describe('a score', () => {
  const creative = ['hook=question', 'number=yes', 'exclamation=no', 'words=6_to_9'];

  it('adds up what each value goes with, and names what nothing is known of', () => {
    const told = score(formula, creative);
    expect(told.effect).toBeCloseTo(effect('number=yes') + effect('words=6_to_9'), 12);
    expect(told.parts[0]).toMatchObject({ name: 'number=yes', standing: 'associated' });
    expect(told.parts.find(({ name }) => name === 'words=6_to_9')?.standing).toBe('unknown');
    expect(told.unknown).toEqual(['hook=question']);
  });

  it('of nothing known is nothing, and surely so', () => {
    expect(score(formula, ['hook=question'])).toMatchObject({ effect: 0, low: 0, high: 0, parts: [] });
  });

  it('of two creatives differs by what they differ in, however little is known of what they share', () => {
    const shared = comparison(formula, [...creative, 'quote=yes'], ['hook=question', 'number=no', 'words=6_to_9']);
    expect(shared).toEqual(effectOf(formula, weightsOf(formula, 'number=yes') ?? new Map()));
    expect(comparison(formula, creative, creative)).toMatchObject({ effect: 0, low: 0, high: 0 });
  });
});

describe('a suggestion', () => {
  const creative = ['hook=question', 'number=no', 'exclamation=yes', 'words=6_to_9'];

  it('is one change of one trait, surest first, with the lift that it goes with; the rest is unknown', () => {
    const { changes, unknown } = suggestions(formula, creative, 3);
    expect(changes.map(({ trait, from, to }) => ({ trait, from, to }))).toEqual(
      expect.arrayContaining([
        { trait: 'number', from: null, to: 'yes' },
        { trait: 'exclamation', from: 'yes', to: null },
      ]),
    );
    expect(changes).toHaveLength(2);
    for (const { low, high, effect: lift } of changes)
      expect([0 < low, low < lift, lift < high]).toEqual([true, true, true]);
    expect(changes[0]?.low).toBeGreaterThanOrEqual(changes[1]?.low ?? 1);
    expect(changes.find(({ trait }) => trait === 'number')?.effect).toBeCloseTo(effect('number=yes'), 12);
    expect(unknown).toEqual(['hook', 'words']);
  });

  it('is not made on fewer experiments than are asked for, nor where the creative has it already', () => {
    expect(suggestions(formula, creative, 31).changes).toEqual([]);
    expect(suggestions(formula, ['number=yes', 'exclamation=no'], 3)).toEqual({
      changes: [],
      unknown: ['number', 'exclamation'],
    });
  });

  it('of another length is the difference of the two', () => {
    const longer = formulaFrom(
      Array.from({ length: 30 }, () => [
        { ...shown, clicks: 600, values: ['words=14_to_17'] },
        { ...shown, clicks: 500, values: ['words=6_to_9'] },
      ]),
    );
    const [change] = suggestions(longer, ['words=6_to_9'], 3).changes;
    expect(change).toMatchObject({ trait: 'words', from: '6_to_9', to: '14_to_17', experiments: 30 });
    const by = comparison(longer, ['words=14_to_17'], ['words=6_to_9']);
    expect(change?.effect).toBeCloseTo(by.effect, 12);
    expect(change?.low).toBeCloseTo(by.low, 12);
  });
});

describe('why an ad won', () => {
  const winner = { ...shown, clicks: 660, values: ['number=yes', 'exclamation=no', 'hook=question'] };
  const rivals = [
    { ...shown, clicks: 400, values: ['number=no', 'exclamation=yes', 'hook=story'] },
    { ...shown, clicks: 500, values: ['number=no', 'exclamation=no', 'hook=story'] },
  ];

  it('is what it had and its rivals had not, times what that goes with, beside what was seen', () => {
    const told = whyWon(formula, winner, rivals);
    expect(told.observed).toBeCloseTo(Math.log(660 / 450), 12);
    expect(told.reasons.map(({ trait }) => trait)).toEqual(['number', 'exclamation']);
    expect(told.reasons[0]).toMatchObject({ winner: ['number=yes'], rivals: ['number=no'], standing: 'associated' });
    expect(told.reasons[1]?.effect).toBeCloseTo(-effect('exclamation=yes') / 2, 12);
    expect(told.effect).toBeCloseTo(effect('number=yes') - effect('exclamation=yes') / 2, 12);
    expect(told.unknown).toEqual(['hook']);
  });

  it('is unknown where it had nothing that its rivals had not', () => {
    expect(whyWon(formula, winner, [{ ...winner, clicks: 0 }])).toMatchObject({
      effect: 0,
      observed: null,
      reasons: [],
      unknown: [],
    });
  });
});
