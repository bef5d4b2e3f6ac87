/**
 * Noise that nobody can foretell without the key, and that is the same at each redo: SHA-256 of the key and of what it
 * is for, made normal. Event coordinates alone would not do, because whoever reads the log knows them.
 */
import { sha256 } from '../../../policy/sha256.ts';

/** Standard normal numbers that one digest gives. */
const per_digest = 4;
const word = (digest: string, at: number): number => parseInt(digest.slice(at * 8, at * 8 + 8), 16);

/** Uniform on (0, 1), of 53 bits. */
const uniform = (digest: string, at: number): number =>
  ((word(digest, at) >>> 5) * 2 ** 26 + (word(digest, at + 1) >>> 6) + 0.5) / 2 ** 53;

/** Box and Muller's transformation of the digest's four uniform numbers. */
function normals(digest: string): readonly number[] {
  return [0, 4].flatMap((at) => {
    const radius = Math.sqrt(-2 * Math.log(uniform(digest, at)));
    const angle = 2 * Math.PI * uniform(digest, at + 2);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/** A standard normal number for each release (from 0) of one sum of a niche. */
export function drawsOf(noise_key: string, niche: string, name: string): (release: number) => number {
  const made = new Map<number, readonly number[]>();
  return (release) => {
    const block = Math.floor(release / per_digest);
    const known = made.get(block) ?? normals(sha256(`${noise_key}\n${niche}\n${name}\n${block}`));
    made.set(block, known);
    return known[release % per_digest] ?? 0;
  };
}
