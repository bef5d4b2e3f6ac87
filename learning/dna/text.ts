/** Copy as rules read it: without markup, with plain quotes, cut into words and sentences. */

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Markup, entities, typographic quotes and characters that cannot be seen are taken out; spaces are single. */
export const clean = (text: string): string =>
  text
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/&#(?:39|8217);/g, "'")
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replace(/\u2026/g, '...')
    .replace(/[\u200b\u200c\u2060\ufeff]/g, '')
    .replace(/\u200d|\ufe0f/g, '')
    .replace(/\s+/g, ' ')
    .trim();

export interface Copy {
  readonly text: string;
  /** Lower case: what patterns are matched with. */
  readonly lower: string;
  readonly words: readonly string[];
  readonly sentences: readonly string[];
}

const word_pattern = /[\p{L}\p{N}](?:[\p{L}\p{N}]|['.,-](?=[\p{L}\p{N}]))*/gu;

export const wordsOf = (text: string): readonly string[] => text.match(word_pattern) ?? [];

/** Sentences end with a stop, a question or an exclamation mark before a space; three dots do not end one. */
const sentencesOf = (text: string): readonly string[] =>
  text.split(/(?<=[!?]["')]?|(?<![.])[.]["')]?)\s+(?=\S)/u).filter((part) => /[\p{L}\p{N}]/u.test(part));

/** Null where there is no text. */
export function copyOf(raw: string | null): Copy | null {
  const text = clean(raw ?? '');
  if (!/[\p{L}\p{N}]/u.test(text)) return null;
  return { text, lower: text.toLowerCase(), words: wordsOf(text), sentences: sentencesOf(text) };
}

/** How many of the words are in a list; both in lower case. */
export const hits = (words: readonly string[], list: ReadonlySet<string>): number =>
  words.filter((word) => list.has(word)).length;

/** A list of words written as one text. */
export const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Syllables of an English word by its groups of vowels; at least one. */
export function syllables(word: string): number {
  const plain = word.toLowerCase().replace(/[^a-z]/g, '');
  const groups = plain
    .replace(/(?:[^laeiouy]es|[^laeiouy]ed|[^laeiouy]e)$/, (end) => end.slice(0, 1))
    .match(/[aeiouy]+/g);
  return Math.max(1, groups?.length ?? 1);
}
