/** Reads numbers, bytes and texts as Kafka's wire has them: one object for all of them, so that none is made for a number. */
import { textAt } from './text-memo.ts';

export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  /** Of up to 53 bits: Kafka's offsets, times and numbers of producers. */
  int64(): number {
    this.at += 8;
    return Number(this.bytes.readBigInt64BE(this.at - 8));
  }

  /** So many bytes; none for -1. */
  take(length: number): Buffer {
    if (length <= 0) return nothing;
    const from = this.at;
    this.at += length;
    return this.bytes.subarray(from, this.at);
  }

  /** A signed number of up to 53 bits, as Kafka packs lengths and differences. */
  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] ?? 0;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    let factor = 0x80;
    do {
      byte = bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
    } while (byte >= 0x80);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** As many bytes as the number before them says; none for -1. */
  view(): Buffer {
    return this.take(this.varint());
  }

  /** The text of as many bytes as the number before them says; empty for -1. */
  text(): string {
    const length = this.varint();
    if (length <= 0) return '';
    const from = this.at;
    this.at += length;
    return textAt(this.bytes, from, this.at);
  }
}

const nothing = Buffer.alloc(0);
