/** The colour of an arm: the same in its table and its charts. */

const colours = 8;

/** A reference to the colour of the `i`-th arm, for style sheets. */
export const armColour = (i: number): string => `var(--arm-${i % colours})`;

/** Arms share a colour from the ninth on; a dash tells them apart. */
export const armDash = (i: number): readonly number[] => (i < colours ? [] : [5, 4]);

interface Named {
  readonly ad_id: string;
  readonly name: string;
  readonly headline: string | null;
}

/** `text` with the ads' headlines where it says their ids; the longest id first, for one may begin another. */
export function withHeadlines(text: string, arms: readonly Named[]): string {
  if (arms.length === 0) return text;
  const called = new Map(arms.map(({ ad_id, name, headline }) => [ad_id, headline ?? name]));
  const ids = [...called.keys()].sort((a, b) => b.length - a.length).map((id) => id.replace(/[^\w]/g, '\\$&'));
  return text.replace(new RegExp(ids.join('|'), 'g'), (id) => `“${called.get(id) ?? id}”`);
}
