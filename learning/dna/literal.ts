/** What stands in the copy, in English: questions, numbers, who is addressed, what is denied or quoted. */
import type { Copy } from './text.ts';

const number_words =
  'two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|' +
  'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?';
/** Figures, and number words from two on: "one" is more often an article than a count. */
const numbers = new RegExp(`\\p{N}|\\b(?:${number_words})\\b`, 'iu');

const countable =
  'things|ways|reasons|tips|tricks|facts|lessons|steps|signs|secrets|mistakes|ideas|rules|habits|hacks|questions|' +
  'examples|myths|quotes|playlists|stories|products|gifts|recipes|benefits|words|moments|pictures|photos|charts|' +
  'maps|jokes|songs|videos|stats|truths|lies|problems|solutions|places|tests|points';
const count = `(?:\\d+|${number_words})`;
/** A counted list, or a list of ways or reasons without a count. */
const lists = new RegExp(
  `(?<!\\bother )\\b(?!1 )${count} (?!other\\b|of\\b|to\\b|in\\b)(?:[^\\s.?!]+ ){0,3}?(?:${countable})\\b|\\b(?:some|the|several|these|all the) (?:[a-z'-]+ )?(?:ways|reasons|tips|tricks|steps)\\b`,
  'i',
);

const denials = /\b(?:not|never|no|none|nobody|nothing|neither|nor|nowhere|without|cannot|nope)\b|n't\b/;
const second = /\b(?:you|your|yours|yourself|yourselves|ya|y'all)\b/;
const first = /\b(?:i|me|my|mine|myself|we|us|our|ours|ourselves)\b/;
/** Double quotes around words, or single ones that are not apostrophes. */
const quotes = /"[^"]+"|(?:^|[\s([-])'(?!\d0s\b|tis\b|em\b)[^']+(?:'[a-z]{1,2}\b[^']*)*'(?=$|[\s.,;:!?)\]-])/;

export const isListicle = ({ text }: Copy): boolean => lists.test(text);
export const hasNumber = ({ text }: Copy): boolean => numbers.test(text);
export const denies = ({ lower }: Copy): boolean => denials.test(lower);
export const addresses = ({ lower }: Copy): boolean => second.test(lower);
/** `US` is a country. */
export const speaksOfSelf = ({ text }: Copy): boolean =>
  first.test(text.replace(/\bU\.?S\.?(?![a-z])/g, ' ').toLowerCase());
export const hasQuote = ({ text }: Copy): boolean => quotes.test(text);
/** A sentence put as a question. */
export const asks = ({ text }: Copy): boolean => /\?/.test(text);

const acronym =
  /^(?:[A-Z]{1,3}|[A-Z]\.(?:[A-Z]\.?)+|NASA|ESPN|AIDS|PTSD|ADHD|LGBT\w*|NAFTA|UNICEF|HTML|GMOs?|[A-Z]+\d+|\d+[A-Z]*)$/;

/** Words in capitals that are not acronyms, in a text that is not all capitals. */
export function emphasises({ words }: Copy): boolean {
  const loud = words.filter((word) => /[A-Z]/.test(word) && word === word.toUpperCase() && !acronym.test(word));
  return loud.length > 0 && loud.length < words.length;
}

/** How words are capitalised: most of them, only the first, all letters, none. */
export function casingOf({ words }: Copy): 'lower' | 'sentence' | 'title' | 'upper' {
  const lettered = words.filter((word) => /\p{L}/u.test(word));
  if (lettered.every((word) => word === word.toUpperCase())) return 'upper';
  const long = lettered.slice(1).filter((word) => word.length > 3);
  const capital = long.filter((word) => /^\p{Lu}/u.test(word)).length;
  if (long.length > 0 && capital > long.length / 2) return 'title';
  return /^\p{Lu}/u.test(lettered[0] ?? '') ? 'sentence' : 'lower';
}

export const emojiCount = ({ text }: Copy): number => (text.match(/\p{Extended_Pictographic}/gu) ?? []).length;
