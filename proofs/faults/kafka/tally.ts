/** Counts what an oracle finds. */
import { isDeepStrictEqual } from 'node:util';

export const wrongs = ['lost', 'duplicated', 'wrong'] as const;
export type Wrong = (typeof wrongs)[number];

/** Findings that are kept in words. */
const most_words = 12;

export class Tally {
  readonly counts: Record<Wrong, number> = { lost: 0, duplicated: 0, wrong: 0 };
  readonly words: string[] = [];
  /** Effects that were looked at. */
  effects = 0;

  add(kind: Wrong, what: string): void {
    this.counts[kind]++;
    if (this.words.length < most_words) this.words.push(`${kind}: ${what}`);
  }

  /** What another has counted counts here too. */
  include(other: Tally, when: string): void {
    for (const kind of wrongs) this.counts[kind] += other.counts[kind];
    this.words.push(...other.words.map((word) => `${when}: ${word}`).slice(0, most_words - this.words.length));
  }

  get total(): number {
    return wrongs.reduce((sum, kind) => sum + this.counts[kind], 0);
  }

  /** Holds what is there against what must be: each once and alike. */
  compare(of: string, expected: ReadonlyMap<string, unknown>, found: readonly (readonly [string, unknown])[]): void {
    const seen = new Set<string>();
    this.effects += found.length;
    for (const [name, value] of found) {
      const must = expected.get(name);
      if (seen.has(name) || must === undefined) this.add('duplicated', `${of} ${name} ${JSON.stringify(value)}`);
      else if (!isDeepStrictEqual(value, must))
        this.add('wrong', `${of} ${name}: ${JSON.stringify(value)}, not ${JSON.stringify(must)}`);
      seen.add(name);
    }
    for (const name of expected.keys()) if (!seen.has(name)) this.add('lost', `${of} ${name}`);
  }
}

/** Values by what they have in common, in their order. */
export function grouped<T>(values: readonly T[], of: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(of(value));
    if (group === undefined) groups.set(of(value), [value]);
    else group.push(value);
  }
  return groups;
}
