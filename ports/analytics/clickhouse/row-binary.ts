/** Bytes in ClickHouse's RowBinary format. */

const start_bytes = 64 * 1024;
const two_32 = 2 ** 32;
/** Below this length, a string of ASCII is copied faster letter by letter than by a call into the runtime. */
const short_string = 24;

/** A buffer that grows as it is written. */
export class RowBinary {
  #buffer = Buffer.allocUnsafe(start_bytes);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** What was written; the writer begins anew. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#at);
    this.#buffer = Buffer.allocUnsafe(Math.max(start_bytes, Math.min(this.#buffer.length, 2 * this.#at)));
    this.#at = 0;
    return taken;
  }

  /** Forgets what was written since `length` was this. */
  rewind(length: number): void {
    this.#at = length;
  }

  #room(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }

  byte(value: number): void {
    this.#room(1);
    this.#buffer[this.#at++] = value;
  }

  /** Unsigned LEB128: lengths of strings, lists and maps. */
  length128(value: number): void {
    this.#room(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }

  string(value: string): void {
    const { length } = value;
    if (length < short_string) {
      this.#room(1 + length);
      const buffer = this.#buffer;
      let at = this.#at;
      buffer[at++] = length;
      let i = 0;
      for (; i < length; i++) {
        const letter = value.charCodeAt(i);
        if (letter >= 0x80) break;
        buffer[at++] = letter;
      }
      if (i === length) {
        this.#at = at;
        return;
      }
    }
    const bytes = Buffer.byteLength(value);
    this.length128(bytes);
    this.#room(bytes);
    this.#at += this.#buffer.write(value, this.#at, 'utf8');
  }

  bytes(value: Uint8Array): void {
    this.length128(value.length);
    this.#room(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  int32(value: number): void {
    this.#room(4);
    this.#at = this.#buffer.writeInt32LE(value | 0, this.#at);
  }

  uint32(value: number): void {
    this.#room(4);
    this.#at = this.#buffer.writeUInt32LE(value >>> 0, this.#at);
  }

  /** A whole number up to 2^53 in size, as Int64 or UInt64. */
  int64(value: number): void {
    this.#room(8);
    const high = Math.floor(value / two_32);
    const low = value - high * two_32;
    this.#at = this.#buffer.writeUInt32LE(low, this.#at);
    this.#at = this.#buffer.writeInt32LE(high, this.#at);
  }

  float64(value: number): void {
    this.#room(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }
}
