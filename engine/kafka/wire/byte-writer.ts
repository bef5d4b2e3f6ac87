/** Writes the numbers, texts and bytes that Kafka's wire is made of, one after the other into one room. */

/** More than all numbers beside a record, a header or a name take. */
export const numbers_bytes = 64;
/** Room that stays for what is written next. */
const kept_bytes = 4 * 1024 * 1024;
const first_bytes = 64 * 1024;

export class ByteWriter {
  bytes = Buffer.allocUnsafeSlow(first_bytes);
  at = 0;
  #kept = this.bytes;

  /** Begins anew, in the same room. */
  begin(): void {
    this.bytes = this.#kept;
    this.at = 0;
  }

  /** What was written, as it stands in the room: gone when the next is begun. */
  written(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  /** A copy of what was written. */
  taken(): Buffer {
    return Buffer.from(this.written());
  }

  /** Makes sure that so many bytes fit. */
  fit(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.at + count));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
    if (larger.length <= kept_bytes) this.#kept = larger;
  }

  int8(value: number): void {
    this.bytes[this.at++] = value;
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  uint16(value: number): void {
    this.at = this.bytes.writeUInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  uint32(value: number): void {
    this.at = this.bytes.writeUInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  double(value: number): void {
    this.at = this.bytes.writeDoubleBE(value, this.at);
  }

  /** A signed number of up to 52 bits, as Kafka packs lengths and differences. */
  varint(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest >= 0x80) {
      this.bytes[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.at++] = rest;
  }

  /** Bytes as they are; makes room for them. */
  raw(value: Uint8Array): void {
    this.fit(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
  }

  /** Bytes with their length before them; makes room for them. */
  field(value: Uint8Array): void {
    this.fit(value.length + numbers_bytes);
    this.varint(value.length);
    this.raw(value);
  }

  /** A text with the length of its UTF-8 bytes before it; makes room for it. */
  text(value: string): void {
    this.fit(most_bytes_a_unit * value.length + numbers_bytes);
    const bytes = utf8Bytes(value);
    this.varint(bytes);
    this.utf8(value, bytes);
  }

  /**
   * The UTF-8 bytes of a text, for which there must be room. Short ASCII ones, which have as many bytes as units, are
   * written without a call outside.
   * @param bytes how many they are, as `utf8Bytes` tells
   */
  utf8(value: string, bytes: number): void {
    if (bytes > short || bytes !== value.length) {
      this.at += this.bytes.write(value, this.at);
      return;
    }
    for (let i = 0; i < value.length; i++) this.bytes[this.at++] = value.charCodeAt(i);
  }
}

/** UTF-8 bytes that one UTF-16 unit takes at most. */
export const most_bytes_a_unit = 3;

/** Bytes that a number takes, as `varint` writes it. */
export function varintBytes(value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let count = 1;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) count++;
  return count;
}

export const utf8Bytes = (value: string): number => (isShortAscii(value) ? value.length : Buffer.byteLength(value));

/** Up to this length looking at each character costs less than a call outside. */
const short = 48;

function isShortAscii(value: string): boolean {
  if (value.length > short) return false;
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) >= 0x80) return false;
  return true;
}
