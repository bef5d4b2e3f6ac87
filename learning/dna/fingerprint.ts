/** The name of a DNA: equal for creatives made alike, whatever found it out and however sure it was. */
import { murmur3 } from './murmur3.ts';
import type { Trait } from './taxonomy.ts';

/** Traits and values are ASCII. */
const asciiBytes = (text: string): readonly number[] => Array.from(text, (character) => character.charCodeAt(0) & 0x7f);

/** Hash of version, traits and values, in an order that does not depend on how they were listed; 32 hexadecimal digits. */
export function fingerprintOf(traits: readonly Pick<Trait, 'trait' | 'value'>[], version: number): string {
  const lines = traits.map(({ trait, value }) => `${trait}=${value}`).sort();
  return murmur3(asciiBytes([`v${version}`, ...lines].join('\n')));
}
