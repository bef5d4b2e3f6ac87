/** Texts become tokens: words, numbers and the marks that carry tone. */

/** Lower case, with typographic quotes, dashes and ellipses as their plain forms. */
export const normalise = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/\u2026/g, '...')
    .replace(/[\u2013\u2014]/g, '-');

const token_pattern = /[a-z]+(?:'[a-z]+)*|\d+(?:[.,]\d+)*%?|\$|\.\.\.|[?!:"]/g;

/** Tokens of a text in their order: words with apostrophes, numbers, `$`, `...`, `?`, `!`, `:` and `"`. */
export const tokenise = (text: string): readonly string[] => normalise(text).match(token_pattern) ?? [];

/** Whether a token is a word or a number, not a mark. */
export const isWord = (token: string): boolean => /[a-z0-9]/.test(token);

/** Text of a fragment of HTML, as far as tokens need it. */
export const withoutMarkup = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/&[a-z]+;/g, ' ');
