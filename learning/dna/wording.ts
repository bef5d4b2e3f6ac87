/** Traits of how the copy is written: length, marks, cases. Those that count hold in any language. */
import { counted, confidenceOf } from './confidence.ts';
import { power_words } from './lexicons.ts';
import {
  addresses,
  asks,
  casingOf,
  denies,
  emojiCount,
  emphasises,
  hasNumber,
  hasQuote,
  isListicle,
  speaksOfSelf,
} from './literal.ts';
import { found, specOf, type Trait, type TraitName } from './taxonomy.ts';
import { hits, syllables, type Copy } from './text.ts';

function bucket(trait: TraitName, amount: number, from: readonly number[]): Trait {
  const at = from.filter((least) => amount >= least).length;
  return { trait, value: specOf(trait).values[at] ?? 'other', confidence: counted, source: 'rule' };
}

/** Measured on labels. */
type Judged = 'question' | 'number' | 'second_person' | 'negation' | 'quote' | 'listicle';
/** What a mark or word says by itself. */
type Marked = 'first_person' | 'exclamation' | 'ellipsis' | 'emphasis';

const judged = (trait: Judged, yes: boolean): Trait => {
  const value = yes ? 'yes' : 'no';
  return found(trait, value, confidenceOf(trait, value));
};

const marked = (trait: Marked, yes: boolean): Trait => found(trait, yes ? 'yes' : 'no', counted);

const several = (trait: 'emoji' | 'power_words', amount: number): Trait =>
  found(trait, amount === 0 ? 'none' : amount === 1 ? 'one' : 'several', counted);

/** Flesch reading ease: 206.8 − 1.015 words/sentence − 84.6 syllables/word; nothing below five words. */
function readability({ words, sentences }: Copy): readonly Trait[] {
  if (words.length < 5) return [];
  const per_word = words.reduce((sum, word) => sum + syllables(word), 0) / words.length;
  const ease = 206.835 - (1.015 * words.length) / Math.max(1, sentences.length) - 84.6 * per_word;
  return [found('readability', ease >= 70 ? 'easy' : ease >= 50 ? 'medium' : 'hard', 0.8)];
}

/** In any language. */
export const countedTraits = (copy: Copy): readonly Trait[] => [
  bucket('words', copy.words.length, [6, 10, 14, 18]),
  bucket('characters', [...copy.text].length, [41, 61, 81, 101]),
  bucket('sentences', copy.sentences.length, [2, 3]),
  found('casing', casingOf(copy), counted),
  judged('question', asks(copy)),
  judged('quote', hasQuote(copy)),
  marked('exclamation', /!/.test(copy.text)),
  marked('ellipsis', /\.{2,}/.test(copy.text)),
  marked('emphasis', emphasises(copy)),
  several('emoji', emojiCount(copy)),
];

/** In English. */
export const englishWording = (copy: Copy): readonly Trait[] => [
  ...readability(copy),
  judged('number', hasNumber(copy)),
  judged('second_person', addresses(copy)),
  marked('first_person', speaksOfSelf(copy)),
  judged('negation', denies(copy)),
  judged('listicle', isListicle(copy)),
  several('power_words', hits(copy.lower.split(/[^a-z]+/), power_words)),
];

/** Words of the body; `none` where a headline stands alone. */
export const bodyWords = (body: Copy | null): Trait => bucket('body_words', body?.words.length ?? 0, [1, 21, 61]);
