/** Texts of people and platforms as channels may show them: one line, of characters that show themselves. */

/** Directions of writing, which let a text look like another, and what is not seen at all. */
const unseen = /[\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;

/** One line without control characters: nothing in it begins a header, an item or a line of its own. */
export const line = (text: string): string =>
  text
    .replaceAll(unseen, '')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();

/** At most so many units of UTF-16, no character cut in two. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** An id as a value of a header, which is ASCII: other characters, spaces and `%` as escapes of an address. */
export const headerId = (id: string): string =>
  id.replaceAll(/[^\x21-\x24\x26-\x7e]/gu, (one) =>
    [...Buffer.from(one, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );

/** The address of a place on the page; what would end it is written as an escape. */
export const addressOf = (base_url: string, path: string): string =>
  `${base_url}/${path.replace(/^\//, '')}`.replaceAll('|', '%7C').replaceAll(/[\s\p{Cc}]/gu, '%20');
