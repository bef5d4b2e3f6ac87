/** Replaces ids in a text where they stand by themselves. */

/** Characters that ids are made of: next to one of them an id goes on. */
function goesOn(code: number): boolean {
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return isLetter || (code >= 48 && code <= 57) || code === 95 || code === 45;
}

/** Where an id stands in a text by itself: one may begin another. */
function* placesOf(text: string, id: string): Generator<number> {
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + id.length)) {
    const begins = at === 0 || !goesOn(text.charCodeAt(at - 1));
    const end = at + id.length;
    if (begins && (end === text.length || !goesOn(text.charCodeAt(end)))) yield at;
  }
}

/** The text with each id, where it stands by itself, as `nameOf` has it. What is put in is not looked at again. */
export function withNames(text: string, ids: readonly string[], nameOf: (id: string) => string): string {
  const found = ids
    .filter((id) => id !== '')
    .flatMap((id) => [...placesOf(text, id)].map((at) => ({ id, at })))
    .sort((a, b) => a.at - b.at || b.id.length - a.id.length);
  let said = '';
  let from = 0;
  for (const { id, at } of found) {
    if (at < from) continue;
    said += text.slice(from, at) + nameOf(id);
    from = at + id.length;
  }
  return from === 0 ? text : said + text.slice(from);
}
