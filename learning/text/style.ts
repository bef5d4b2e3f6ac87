/** Stylometric features of a headline: length, punctuation, numbers, case, readability. */
import { isWord } from './tokens.ts';

interface Facts {
  readonly text: string;
  readonly words: readonly string[];
  /** At least 1, so that it may divide. */
  readonly word_count: number;
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Groups of vowels, a silent final e left out: the usual estimate of syllables. */
const syllables = (word: string): number => Math.max(1, count(word.replace(/e$/, ''), /[aeiouy]+/g));

const mean = (values: readonly number[], n: number): number => values.reduce((sum, x) => sum + x, 0) / n;

/** Natural logarithm of 1 + the first number, at most a million. */
function firstNumber(text: string): number {
  const digits = /\d[\d,]*/.exec(text)?.[0].replace(/,/g, '');
  return digits === undefined ? 0 : Math.log1p(Math.min(1e6, Number(digits)));
}

const quoted = /["\u201c\u201d]|(?:^|\s)['\u2018]|['\u2019](?:\s|$)/;

const features: readonly (readonly [name: string, of: (facts: Facts) => number])[] = [
  ['words', ({ word_count }) => word_count],
  ['characters', ({ text }) => text.length],
  ['words_squared', ({ word_count }) => word_count ** 2],
  ['characters_squared', ({ text }) => text.length ** 2],
  [
    'letters_a_word',
    ({ words, word_count }) =>
      mean(
        words.map((word) => word.length),
        word_count,
      ),
  ],
  ['long_words', ({ words }) => words.filter((word) => word.length > 6).length],
  ['short_word_share', ({ words, word_count }) => words.filter((word) => word.length <= 3).length / word_count],
  ['longest_word', ({ words }) => Math.max(0, ...words.map((word) => word.length))],
  ['syllables_a_word', ({ words, word_count }) => mean(words.map(syllables), word_count)],
  ['distinct_word_share', ({ words, word_count }) => new Set(words).size / word_count],
  ['question_marks', ({ text }) => count(text, /\?/g)],
  ['exclamation_marks', ({ text }) => count(text, /!/g)],
  ['colons', ({ text }) => count(text, /:/g)],
  ['semicolons', ({ text }) => count(text, /;/g)],
  ['ellipses', ({ text }) => count(text, /\.\.\.|\u2026/g)],
  ['commas', ({ text }) => count(text, /,/g)],
  ['parentheses', ({ text }) => count(text, /\(/g)],
  ['dashes', ({ text }) => count(text, /\s[-\u2013\u2014]+\s/g)],
  ['apostrophes', ({ text }) => count(text, /['\u2019]/g)],
  ['quotes', ({ text }) => (quoted.test(text) ? 1 : 0)],
  ['hash_signs', ({ text }) => count(text, /#/g)],
  ['ampersands', ({ text }) => count(text, /&/g)],
  ['percent_signs', ({ text }) => count(text, /%/g)],
  ['dollar_signs', ({ text }) => count(text, /\$/g)],
  ['emoji', ({ text }) => count(text, /\p{Extended_Pictographic}/gu)],
  ['sentences', ({ text }) => count(text, /[.!?](?:\s|$)/g)],
  ['ends_in_stop', ({ text }) => (/[.!]$/.test(text) ? 1 : 0)],
  ['words_in_capitals', ({ text }) => count(text, /\b[A-Z]{2,}\b/g)],
  ['has_word_in_capitals', ({ text }) => (/\b[A-Z]{2,}\b/.test(text) ? 1 : 0)],
  ['capitalised_share', ({ text, word_count }) => count(text, /\b[A-Z]/g) / word_count],
  ['numbers', ({ text }) => count(text, /\d+/g)],
  ['begins_with_number', ({ text }) => (/^\d/.test(text) ? 1 : 0)],
  ['log_first_number', ({ text }) => firstNumber(text)],
  ['begins_with_i_or_my', ({ text }) => (/^(?:I|My)\b/.test(text) ? 1 : 0)],
  ['very_short', ({ word_count }) => (word_count < 8 ? 1 : 0)],
  ['very_long', ({ word_count }) => (word_count > 17 ? 1 : 0)],
];

export const style_names: readonly string[] = features.map(([name]) => name);

/** Values in the order of `style_names`, unscaled. `tokens` are the text's own. */
export function stylometrics(text: string, tokens: readonly string[]): readonly number[] {
  const words = tokens.filter(isWord);
  const facts = { text, words, word_count: Math.max(1, words.length) };
  return features.map(([, of]) => of(facts));
}
