/**
 * Texts that come again and again in records (keys, names of headers, groups and topics), of which there are few: the same
 * string is given again, which saves making it and later hashing it.
 */
const memo_bits = 12;
const memo: { readonly bytes: Buffer; readonly text: string }[] = [];

/** The UTF-8 text at `from` up to `to`; bytes that are not UTF-8 become replacement characters. */
export function textAt(bytes: Uint8Array, from: number, to: number): string {
  let hash = to - from;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  const place = (hash ^ (hash >>> memo_bits)) & ((1 << memo_bits) - 1);
  const known = memo[place];
  if (known !== undefined && isSame(known.bytes, bytes, from, to)) return known.text;
  // A copy: a view would keep the whole answer in memory.
  const own = Buffer.from(bytes.subarray(from, to));
  const text = own.toString();
  memo[place] = { bytes: own, text };
  return text;
}

function isSame(known: Buffer, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = from; i < to; i++) if (known[i - from] !== bytes[i]) return false;
  return true;
}
