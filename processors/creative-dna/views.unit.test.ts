import { describe, expect, it } from 'vitest';
import { headlineOnly } from '../../learning/dna/creative.ts';
import { extract } from '../../learning/dna/extract.ts';
import { weighedValues } from '../../learning/dna/formula/columns.ts';
import { contrastOf } from '../../learning/dna/formula/contrast.ts';
import { noSums, withContrast } from '../../learning/dna/formula/sums.ts';
import { defaultDnaPolicy } from '../../policy/dna.ts';
import { experimentName, sums_name, type Part, type ReadArm } from './formula/state.ts';
import { formulaView, scoreView, whyView } from './views.ts';

const arm = (ad_id: string, headline: string, clicks: number): ReadArm => {
  const { fingerprint, extractor_version, traits } = extract(headlineOnly(headline));
  return { ad_id, fingerprint, extractor_version, values: weighedValues(traits), impressions: 40_000, clicks };
};
const arms = [arm('number', '9 Small Coats That Are Warm', 760), arm('none', 'Some Small Coats That Are Warm', 600)];

/** An account after so many experiments of an ad with a number in it against one without. */
function account(experiments: number): ReadonlyMap<string, Part> {
  const contrast = contrastOf(arms, defaultDnaPolicy);
  if (contrast === null) throw new Error('the arms are no contrast');
  const sums = Array.from({ length: experiments }).reduce<typeof noSums>((all) => withContrast(all, contrast), noSums);
  return new Map<string, Part>([
    [sums_name, { kind: 'sums', sums }],
    [experimentName('e'), { kind: 'experiment', arms, counted: null, changed: false }],
  ]);
}

describe('what people are told', () => {
  it('of an account is its effects, the surest first', () => {
    const { experiments, ads, effects } = formulaView(account(20), defaultDnaPolicy);
    expect([experiments, ads]).toEqual([20, 40]);
    expect(effects[0]).toMatchObject({ trait: 'number', value: 'yes', experiments: 20 });
    expect(effects[0]?.low).toBeGreaterThan(0);
  });

  it('of a creative is its score and what might be changed, with the lift that goes with it', () => {
    const told = scoreView(account(20), headlineOnly('Some Large Coats That Are Warm'), defaultDnaPolicy);
    expect(told.suggestions.map(({ words }) => words)).toEqual([
      expect.stringMatching(
        /^add number: goes with \+\d+ % clicks \(95 %: \+[\d.]+ % to \+\d+ %\), from 20 experiments$/,
      ),
    ]);
    expect(told.unknown).toContain('words');
    const better = scoreView(account(20), headlineOnly('7 Large Coats That Are Warm'), defaultDnaPolicy);
    expect(better.score.effect).toBeGreaterThan(told.score.effect);
    expect(better.words).toMatch(/^its traits go with \+/);
    expect(better.suggestions).toEqual([]);
  });

  it('is unknown where there was no experiment', () => {
    const told = scoreView(new Map(), headlineOnly('7 Large Coats That Are Warm'), defaultDnaPolicy);
    expect(told).toMatchObject({ experiments: 0, suggestions: [], score: { effect: 0, parts: [] } });
    expect(told.words).toMatch(/^unknown/);
  });

  it('of a winner is what it had that its rivals had not, as an association', () => {
    const why = whyView(account(20), { experiment_id: 'e', ad_id: 'number' }, defaultDnaPolicy);
    expect(why?.observed).toBeCloseTo(Math.log(760 / 600), 12);
    expect(why?.words).toEqual([expect.stringMatching(/^number yes rather than number no goes with \+\d+ % clicks/)]);
    const early = whyView(account(1), { experiment_id: 'e', ad_id: 'number' }, defaultDnaPolicy);
    expect(early?.words).toEqual(['unknown: none of its traits is known to go with more clicks']);
    expect(whyView(account(1), { experiment_id: 'e', ad_id: 'other' }, defaultDnaPolicy)).toBeNull();
    expect(whyView(account(1), { experiment_id: 'f', ad_id: 'number' }, defaultDnaPolicy)).toBeNull();
  });
});
