/** MurmurHash3 x86 128 (A. Appleby, public domain): names creatives by what they are made of. Not for secrets. */

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

function finish(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Multiplier, rotation and next multiplier of each of the four words of a block. */
const lanes = [
  { c: 0x239b961b, turn: 15, d: 0xab0e9789, after: 19, add: 0x561ccd1b },
  { c: 0xab0e9789, turn: 16, d: 0x38b34ae5, after: 17, add: 0x0bcaa747 },
  { c: 0x38b34ae5, turn: 17, d: 0xa1e38b93, after: 15, add: 0x96cd1c35 },
  { c: 0xa1e38b93, turn: 18, d: 0x239b961b, after: 13, add: 0x32ac3b17 },
] as const;

/** 128 bits of bytes, 32 hexadecimal digits. */
export function murmur3(bytes: readonly number[], seed = 0): string {
  const h: [number, number, number, number] = [seed, seed, seed, seed];
  const sum = (): void => {
    h[0] = (h[0] + h[1] + h[2] + h[3]) | 0;
    h[1] = (h[1] + h[0]) | 0;
    h[2] = (h[2] + h[0]) | 0;
    h[3] = (h[3] + h[0]) | 0;
  };
  const wordAt = (at: number, most: number): number => {
    let word = 0;
    for (let i = Math.min(at + 4, most) - 1; i >= at; i--) word = (word << 8) | (bytes[i] ?? 0);
    return word;
  };
  const blocks = bytes.length - (bytes.length % 16);
  for (let at = 0; at < blocks; at += 16)
    for (const [i, { c, turn, d, after, add }] of lanes.entries()) {
      const mixed = (h[i] ?? 0) ^ Math.imul(rotate(Math.imul(wordAt(at + 4 * i, blocks), c), turn), d);
      h[i] = (Math.imul((rotate(mixed, after) + (h[(i + 1) % 4] ?? 0)) | 0, 5) + add) | 0;
    }
  for (const [i, { c, turn, d }] of lanes.entries())
    h[i] = (h[i] ?? 0) ^ Math.imul(rotate(Math.imul(wordAt(blocks + 4 * i, bytes.length), c), turn), d);
  for (const i of lanes.keys()) h[i] = (h[i] ?? 0) ^ bytes.length;
  sum();
  for (const i of lanes.keys()) h[i] = finish(h[i] ?? 0);
  sum();
  return h.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
