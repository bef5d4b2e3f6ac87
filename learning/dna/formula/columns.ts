/** Which parts of a DNA the formula weighs, and how: values of traits as columns of zeros and ones. */
import { isTrait, specOf, type TraitName } from '../taxonomy.ts';

/**
 * Traits that say again what another one says: `hook_family` and `trigger` follow from `hook`, `question` and `listicle`
 * are hooks, `characters` follow `words`. Two columns that are always the same share one effect at random, and neither
 * could ever be told from nothing.
 */
const repeated: ReadonlySet<string> = new Set<TraitName>([
  'hook_family',
  'trigger',
  'question',
  'listicle',
  'characters',
]);

/**
 * Traits that are read from words alone: where the copy was read and they were not found, they are lacking, not unknown.
 * Of what pictures and sounds show, nothing found means that nobody looked.
 */
const read_in_words: ReadonlySet<string> = new Set<TraitName>(['hook', 'emotion']);

/** Of traits that have or lack something: what lacks it is what the others are compared with, and has no column. */
const lacking: ReadonlySet<string> = new Set(['no', 'none']);

export type Coding = 'has' | 'one_of';

/**
 * `has`: a value is there or not (traits with several values, yes or no). `one_of`: exactly one value is there, so that
 * only their differences mean something.
 */
export function codingOf(trait: TraitName): Coding {
  const { many, values } = specOf(trait);
  return many === true || values.includes('yes') ? 'has' : 'one_of';
}

/** A value of a trait, `trait=value`: names of both hold no `=`. */
export const valueName = (trait: string, value: string): string => `${trait}=${value}`;

/** The two parts of such a name; null for what is none. */
export function splitName(name: string): { readonly trait: TraitName; readonly value: string } | null {
  const at = name.indexOf('=');
  const trait = name.slice(0, at);
  return at > 0 && isTrait(trait) ? { trait, value: name.slice(at + 1) } : null;
}

/** Whether a value has a column: it is of a trait that the formula weighs, and no lack. */
export function hasColumn(name: string): boolean {
  const split = splitName(name);
  return split !== null && !(codingOf(split.trait) === 'has' && lacking.has(split.value));
}

/**
 * What the formula takes of a DNA: the values that are known, those that lack something too, since knowing that
 * something is not there is knowing. In the order of the DNA.
 */
export function weighedValues(traits: readonly NamedValue[]): readonly string[] {
  const read = traits.some(({ trait, value }) => trait === 'words' && value !== 'unknown');
  return traits.flatMap(({ trait, value }) => {
    if (!isTrait(trait) || repeated.has(trait)) return [];
    if (value !== 'unknown') return [valueName(trait, value)];
    return read && read_in_words.has(trait) ? [valueName(trait, 'none')] : [];
  });
}

interface NamedValue {
  readonly trait: string;
  readonly value: string;
}
