/**
 * Short strings seen lately. Ids repeat from record to record: giving the same string object again saves the native
 * call, the allocation and, later, the hashing of every map that is keyed by it.
 */
const slots = 8_192;
const longest = 48;

export class StringTable {
  readonly #strings: string[] = new Array<string>(slots).fill('');

  /** The text at `start..end` of `bytes`, which must be UTF-8; undefined where it is not. */
  read(bytes: Buffer, start: number, end: number): string | undefined {
    if (start === end) return '';
    if (end - start > longest) return utf8(bytes, start, end);
    let hash = end - start;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      if (byte > 127) return utf8(bytes, start, end);
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    const known = this.#strings[slot] ?? '';
    if (equals(known, bytes, start, end)) return known;
    const text = bytes.toString('latin1', start, end);
    this.#strings[slot] = text;
    return text;
  }
}

function equals(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end);
  if (!text.includes('\uFFFD')) return text;
  // Either the text holds U+FFFD itself, or it stands for bytes that are not UTF-8.
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}
