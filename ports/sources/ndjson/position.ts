/**
 * How far a file was taken: bytes, lines, and a checksum of those bytes. A source's position commits with its events,
 * so a file that is published again after a break goes on behind what is in the log; the checksum tells a file that
 * grew from one that was changed.
 */
import { crc32 } from 'node:zlib';

export interface FilePosition {
  /** Bytes taken, from the start of the file. */
  readonly byte: number;
  /** Lines taken. */
  readonly line: number;
  /** CRC-32 of those bytes. */
  readonly crc: number;
}

export const fileStart: FilePosition = { byte: 0, line: 0, crc: 0 };

/** The position behind some more bytes, which hold `lines` lines. */
export const advance = (from: FilePosition, bytes: Uint8Array, lines: number): FilePosition => ({
  byte: from.byte + bytes.length,
  line: from.line + lines,
  crc: crc32(bytes, from.crc),
});

export const printPosition = ({ byte, line, crc }: FilePosition): string =>
  `${byte}:${line}:${crc.toString(16).padStart(8, '0')}`;

/** The position that was printed; undefined for any other text. */
export function parsePosition(text: string): FilePosition | undefined {
  const [, byte, line, crc] = /^(\d+):(\d+):([0-9a-f]{8})$/.exec(text) ?? [];
  if (byte === undefined || line === undefined || crc === undefined) return undefined;
  return { byte: Number(byte), line: Number(line), crc: Number.parseInt(crc, 16) };
}

/** The checksum of the first `byte` bytes of a stream; undefined where the stream is shorter. */
export async function checksumOf(stream: AsyncIterable<Uint8Array>, byte: number): Promise<number | undefined> {
  let crc = 0;
  let left = byte;
  if (left === 0) return crc;
  for await (const chunk of stream) {
    const taken = chunk.length > left ? chunk.subarray(0, left) : chunk;
    crc = crc32(taken, crc);
    left -= taken.length;
    if (left === 0) return crc;
  }
  return undefined;
}
