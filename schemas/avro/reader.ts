/**
 * Reads Avro's binary encoding from bytes that may be anything. Every length and count is held against the bytes that
 * remain before it is believed: a hostile ten-byte record cannot claim an array of a billion items.
 */
import { DecodeFault } from './fault.ts';
import { StringTable } from './strings.ts';

const none = Buffer.alloc(0);

export class AvroReader {
  #bytes: Buffer = none;
  #end = 0;
  #position = 0;
  readonly #strings = new StringTable();

  reset(bytes: Buffer, position: number): void {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#position = position;
  }

  /** Throws unless all bytes were read. */
  finish(): void {
    if (this.#position < this.#end)
      throw new DecodeFault('decode.trailing', `${this.#end - this.#position} bytes remain after the last field`);
  }

  #byte(): number {
    if (this.#position >= this.#end)
      throw new DecodeFault('decode.truncated', `the bytes end at ${this.#end}, in the middle of a value`);
    return this.#bytes[this.#position++] ?? 0;
  }

  /** Zigzag varint. Integers beyond ±(2^53 - 1) do not fit a number and are refused, never rounded. */
  long(): number {
    let byte = this.#byte();
    let low = byte & 0x7f;
    let shift = 7;
    while (byte & 0x80 && shift < 28) {
      byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      shift += 7;
    }
    if (!(byte & 0x80)) return (low >>> 1) ^ -(low & 1);
    return this.#wide(low);
  }

  #wide(low: number): number {
    let high = 0;
    let factor = 1;
    for (let read = 5; ; read++) {
      const byte = this.#byte();
      high += (byte & 0x7f) * factor;
      factor *= 128;
      if (!(byte & 0x80)) break;
      if (read >= 10) throw new DecodeFault('decode.invalid_value', 'an integer of more than ten bytes');
    }
    const half = high * 134_217_728 + (low >>> 1); // 2^27: the low 28 bits without the sign's bit
    const value = low & 1 ? -half - 1 : half;
    if (!Number.isSafeInteger(value))
      throw new DecodeFault('decode.long_range', 'an integer beyond 2^53 - 1, which a JavaScript number cannot hold');
    return value;
  }

  int(): number {
    const value = this.long();
    if (value !== (value | 0)) throw new DecodeFault('decode.invalid_value', `${value} is beyond a 32-bit int`);
    return value;
  }

  double(): number {
    const at = this.#take(8);
    return this.#bytes.readDoubleLE(at);
  }

  boolean(): boolean {
    const byte = this.#byte();
    if (byte > 1) throw new DecodeFault('decode.invalid_value', `the byte ${byte} where a boolean is 0 or 1`);
    return byte === 1;
  }

  string(): string {
    const length = this.#length();
    const at = this.#take(length);
    const text = this.#strings.read(this.#bytes, at, at + length);
    if (text === undefined) throw new DecodeFault('decode.invalid_text', 'a string whose bytes are not UTF-8');
    return text;
  }

  /** A copy: the record's bytes may be overwritten by the store they came from. */
  bytes(): Uint8Array {
    const length = this.#length();
    const at = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(at, at + length));
  }

  symbol<S extends string>(symbols: readonly S[]): S {
    const index = this.long();
    const symbol = symbols[index];
    if (symbol === undefined)
      throw new DecodeFault('decode.invalid_value', `the enum index ${index}, of ${symbols.length} symbols`);
    return symbol;
  }

  /** The branch of a union with null: whether a value follows. */
  present(): boolean {
    const branch = this.long();
    if (branch !== 0 && branch !== 1)
      throw new DecodeFault('decode.invalid_value', `the union branch ${branch}, of 2 branches`);
    return branch === 1;
  }

  array<T>(item: (reader: AvroReader) => T): T[] {
    const items: T[] = [];
    for (let count = this.#count(); count > 0; count = this.#count())
      for (let i = 0; i < count; i++) items.push(item(this));
    return items;
  }

  map<T>(value: (reader: AvroReader) => T): { [key: string]: T } {
    const map: { [key: string]: T } = {};
    for (let count = this.#count(); count > 0; count = this.#count())
      for (let i = 0; i < count; i++) {
        const key = this.string();
        if (key === '__proto__') throw new DecodeFault('decode.invalid_value', 'the map key __proto__');
        map[key] = value(this);
      }
    return map;
  }

  /** Items of the next block. Each takes at least a byte, so a count above what remains is false. */
  #count(): number {
    let count = this.long();
    if (count < 0) {
      count = -count;
      this.long(); // The block's size in bytes, which only a reader that skips needs.
    }
    if (count > this.#end - this.#position)
      throw new DecodeFault(
        'decode.truncated',
        `${count} items are announced, ${this.#end - this.#position} bytes remain`,
      );
    return count;
  }

  #length(): number {
    const length = this.long();
    if (length < 0) throw new DecodeFault('decode.invalid_value', `the negative length ${length}`);
    return length;
  }

  #take(length: number): number {
    const at = this.#position;
    if (length > this.#end - at)
      throw new DecodeFault('decode.truncated', `${length} bytes are needed, ${this.#end - at} remain`);
    this.#position = at + length;
    return at;
  }
}
