/** Bytes as people read them: in hexadecimal, sixteen a row, with the parts of a framed Avro record told apart. */

export type BytePart = 'magic' | 'schema' | 'body';

export interface HexByte {
  readonly hex: string;
  /** The character it is in ASCII, "·" where it is none that can be seen. */
  readonly char: string;
  readonly part: BytePart;
}

export interface HexRow {
  /** Of the row's first byte, in hexadecimal. */
  readonly offset: string;
  readonly bytes: readonly HexByte[];
}

const row_bytes = 16;
/** Confluent wire format: a magic byte, four bytes of schema id, the body. */
const frame = { magic: 1, schema: 4 } as const;

const partOf = (i: number): BytePart =>
  i < frame.magic ? 'magic' : i < frame.magic + frame.schema ? 'schema' : 'body';

const byteOf = (byte: number, i: number): HexByte => ({
  hex: byte.toString(16).padStart(2, '0'),
  char: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
  part: partOf(i),
});

/** The first `most` bytes as rows. */
export function hexRows(bytes: Uint8Array, most: number): readonly HexRow[] {
  const shown = [...bytes.subarray(0, most)].map(byteOf);
  const rows: HexRow[] = [];
  for (let from = 0; from < shown.length; from += row_bytes)
    rows.push({ offset: from.toString(16).padStart(4, '0'), bytes: shown.slice(from, from + row_bytes) });
  return rows;
}

/** The bytes of base64 text; none where it is not base64. */
export function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
