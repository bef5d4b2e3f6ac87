import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headlineOnly } from './creative.ts';
import { extract, extractor_version } from './extract.ts';
import { fingerprintOf } from './fingerprint.ts';
import { hook_families, hook_tactics } from './hooks.ts';
import { murmur3 } from './murmur3.ts';
import { similarity } from './similarity.ts';
import { specOf, trait_names } from './taxonomy.ts';

const ascii = (text: string): readonly number[] => [...text].map((character) => character.charCodeAt(0));

/** Copy of many kinds: what the version is held against. */
const corpus = [
  'Is your coat heavier than your dog?',
  '9 reasons to switch your phone plan',
  'Shop now: 40% off ends tonight',
  'Doctors recommend it. 93% of patients agree.',
  'She walked from Oslo to Rome with this pack',
  'Everyone thought the recipe was wrong, until they tasted it',
  'Tired of pans that stick? Money-back guarantee.',
  'La chaqueta que pesa menos que tu teléfono',
  'STOP scrolling 🔥 “Best purchase ever”',
  'Pine, smoke and a little salt',
  "Don't wait until winter. Warm to minus ten.",
  'A frightening disease that nobody talks about',
].map(headlineOnly);

describe('the hash', () => {
  it.each([
    ['', '00000000000000000000000000000000'],
    ['The quick brown fox jumps over the lazy dog', '2f1583c3ecee2c675d7bf66ce5e91d2c'],
    ['I will not buy this record, it is scratched.', 'a0a9683b25ac5e40d9af2895890dddf5'],
  ])('of %j is MurmurHash3 x86 128', (text, hash) => {
    expect(murmur3(ascii(text))).toBe(hash);
  });
});

describe('the version of the extractor', () => {
  /**
   * Version → hash of all that the corpus' DNA says. When this fails, rules, taxonomy or confidences changed: raise
   * `extractor_version` by one and add its line; a line that was released never changes.
   */
  const released: Readonly<Record<number, string>> = { 1: 'a9617b23b83778c63def27dab7ed3fdc' };
  it('is raised when any creative gets another DNA', () => {
    const said = corpus.map((creative) => JSON.stringify(extract(creative).traits)).join('\n');
    const vocabulary = JSON.stringify(trait_names.map((trait) => [trait, specOf(trait)]));
    expect(murmur3(ascii(`${vocabulary}\n${said}`).map((code) => code & 0xff))).toBe(released[extractor_version]);
  });
});

describe('the taxonomy', () => {
  it('has names that the topic takes, each value once, and no word of its own for unknown and other', () => {
    for (const trait of trait_names) {
      const { values } = specOf(trait);
      for (const word of [trait, ...values]) expect(word).toMatch(/^[a-z0-9][a-z0-9_]{0,63}$/);
      expect(new Set(values).size).toBe(values.length);
      expect(values).not.toContain('unknown');
      expect(values).not.toContain('other');
    }
  });

  it('rolls every tactic up to a family, and has tactics for every family', () => {
    expect(new Set(Object.values(hook_tactics))).toEqual(new Set(hook_families));
  });
});

describe('a fingerprint', () => {
  const traits = extract(headlineOnly('Is your coat heavier than your dog?')).traits;

  it('is the same however the traits are listed and however sure they are', () => {
    const other = traits.map((one) => ({ ...one, confidence: 0.1 })).reverse();
    expect(fingerprintOf(other, 1)).toBe(fingerprintOf(traits, 1));
  });

  it('differs with the version and with every value', () => {
    const prints = traits.map((one, i) => fingerprintOf(traits.with(i, { ...one, value: 'other' }), 1));
    expect(new Set([fingerprintOf(traits, 1), fingerprintOf(traits, 2), ...prints]).size).toBe(traits.length + 2);
  });
});

describe('similarity', () => {
  const dna = corpus.map(extract);
  const any = fc.constantFrom(...dna);

  it('is in [0, 1], the same either way round, and 1 for a DNA and itself', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const found = similarity(a, b);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(1);
        expect(similarity(b, a)).toBeCloseTo(found, 12);
        expect(similarity(a, a)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('is higher for a variant of a headline than for another one', () => {
    const [question, list] = [corpus[0]!, corpus[1]!].map(extract);
    const variant = extract(headlineOnly('Is your tent heavier than your child?'));
    expect(similarity(question!, variant)).toBeGreaterThan(similarity(question!, list!) + 0.2);
  });

  it('is nothing where nothing is known of both, or where other rules read one of them', () => {
    const [one] = dna;
    expect(similarity(extract({ ...headlineOnly(''), headline: null }), one!)).toBe(0);
    expect(similarity({ ...one!, extractor_version: 99 }, one!)).toBe(0);
  });
});
