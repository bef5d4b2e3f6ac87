/**
 * Counts of the words of a text in hand-written categories, in the manner of dictionary methods of content analysis
 * (Tausczik & Pennebaker, "The psychological meaning of words", 2010). The lists are this project's own.
 */
import { tone_words } from './lexicon-tones.ts';
import { topic_words } from './lexicon-topics.ts';

export interface Lexicon {
  readonly names: readonly string[];
  /** Word → positions in `names` of its categories. */
  readonly categories: ReadonlyMap<string, readonly number[]>;
}

function lexicon(lists: Readonly<Record<string, string>>): Lexicon {
  const categories = new Map<string, number[]>();
  const names = Object.keys(lists);
  names.forEach((name, i) => {
    for (const word of new Set(lists[name]?.split(' '))) categories.set(word, [...(categories.get(word) ?? []), i]);
  });
  return { names, categories };
}

/** Grammar, people, topics, feelings. */
export const topics = lexicon(topic_words);
/** Tones, dramatic roles, names, settings. */
export const tones = lexicon(tone_words);

/** Tokens of each category, in the order of the lexicon's names. */
export function lexiconCounts({ names, categories }: Lexicon, tokens: readonly string[]): readonly number[] {
  const counts = names.map(() => 0);
  for (const token of tokens)
    for (const category of categories.get(token) ?? []) counts[category] = (counts[category] ?? 0) + 1;
  return counts;
}

/** A token's first topic category in upper case, `NUM` for other numbers, otherwise the token: for n-grams of classes. */
export function wordClass(token: string): string {
  const [first] = topics.categories.get(token) ?? [];
  if (first !== undefined) return (topics.names[first] ?? '').toUpperCase();
  return /\d/.test(token) ? 'NUM' : token;
}

const endings: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['ends_in_ing', /ing$/],
  ['ends_in_ed', /ed$/],
  ['ends_in_ly', /ly$/],
  ['ends_in_abstract', /(?:tion|sion|ment|ness|ity|ism)$/],
  ['ends_in_est', /est$/],
  ['ends_in_er', /er$/],
  ['ends_in_s', /[^s]s$/],
  ['ends_in_possessive', /'s$/],
  ['ends_in_not', /n't$/],
];

export const ending_names: readonly string[] = endings.map(([name]) => name);

/** Tokens with each ending, in the order of `ending_names`. */
export const endingCounts = (tokens: readonly string[]): readonly number[] =>
  endings.map(([, pattern]) => tokens.filter((token) => pattern.test(token)).length);
