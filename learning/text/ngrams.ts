/**
 * Hashed n-grams (Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009, without the sign):
 * a bucket is 1 when the text holds an n-gram that falls into it. Sizes are powers of two.
 */
import { hash32 } from '../numeric.ts';

/** Bucket of a 32-bit hash; high bits are folded in, as FNV's low bits alone are weak. */
const bucket = (hash: number, size: number): number => ((hash ^ (hash >>> 15)) >>> 0) & (size - 1);

/** Buckets of word n-grams of length `n`. With `n` above 1 the text's ends count as tokens. */
export function wordBuckets(tokens: readonly string[], n: number, size: number): ReadonlySet<number> {
  const padded = n === 1 ? tokens : ['^', ...tokens, '$end'];
  const found = new Set<number>();
  for (let i = 0; i + n <= padded.length; i++) found.add(bucket(hash32(padded.slice(i, i + n).join(' ')), size));
  return found;
}

/** Buckets of character n-grams, `shortest` to `longest` characters, of a text with a space at each end. */
export function characterBuckets(text: string, shortest: number, longest: number, size: number): ReadonlySet<number> {
  const padded = ` ${text} `;
  const found = new Set<number>();
  for (let i = 0; i < padded.length; i++) {
    let hash = 0x811c9dc5;
    for (let n = 1; n <= longest && i + n <= padded.length; n++) {
      hash = Math.imul(hash ^ padded.charCodeAt(i + n - 1), 0x01000193);
      if (n >= shortest) found.add(bucket(hash >>> 0, size));
    }
  }
  return found;
}
