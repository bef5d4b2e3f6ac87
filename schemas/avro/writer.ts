/**
 * Writes Avro's binary encoding straight into a slab, of which each record gets a slice: no copy, no allocation but
 * the slice. Values are checked as they are written; what does not fit throws `UnfitValue`.
 */
import { UnfitValue } from './fault.ts';

const slab_bytes = 65_536;

export class AvroWriter {
  #slab: Buffer = Buffer.allocUnsafeSlow(slab_bytes);
  #start = 0;
  #position = 0;

  /** Begins a record with Confluent's frame: a zero byte and the schema id, big-endian. */
  begin(schemaId: number): void {
    this.#position = this.#start;
    this.#reserve(5);
    this.#slab[this.#position++] = 0;
    this.#slab.writeInt32BE(schemaId, this.#position);
    this.#position += 4;
  }

  /** The record begun last. */
  end(): Uint8Array {
    const record = this.#slab.subarray(this.#start, this.#position);
    this.#start = this.#position;
    return record;
  }

  #reserve(bytes: number): void {
    if (this.#position + bytes <= this.#slab.length) return;
    const written = this.#position - this.#start;
    const slab = Buffer.allocUnsafeSlow(Math.max(slab_bytes, (written + bytes) * 2));
    this.#slab.copy(slab, 0, this.#start, this.#position);
    this.#slab = slab;
    this.#start = 0;
    this.#position = written;
  }

  long(value: number): void {
    if (!Number.isSafeInteger(value)) throw new UnfitValue();
    this.#reserve(10);
    if (value >= -0x4000_0000 && value < 0x4000_0000) this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
    else this.#wide(value);
  }

  #varint(raw: number): void {
    while (raw > 0x7f) {
      this.#slab[this.#position++] = (raw & 0x7f) | 0x80;
      raw >>>= 7;
    }
    this.#slab[this.#position++] = raw;
  }

  /** Beyond 31 bits, by division: twice the value would not be exact near 2^53. */
  #wide(value: number): void {
    const half = value < 0 ? -(value + 1) : value;
    let rest = Math.floor(half / 64);
    this.#slab[this.#position++] = ((half % 64) << 1) | (value < 0 ? 1 : 0) | 0x80;
    while (rest > 0x7f) {
      this.#slab[this.#position++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#slab[this.#position++] = rest;
  }

  int(value: number): void {
    if (value !== (value | 0)) throw new UnfitValue();
    this.long(value);
  }

  double(value: number): void {
    if (typeof value !== 'number') throw new UnfitValue();
    this.#reserve(8);
    this.#position = this.#slab.writeDoubleLE(value, this.#position);
  }

  boolean(value: boolean): void {
    if (typeof value !== 'boolean') throw new UnfitValue();
    this.#reserve(1);
    this.#slab[this.#position++] = value ? 1 : 0;
  }

  string(value: string): void {
    if (typeof value !== 'string') throw new UnfitValue();
    const { length } = value;
    if (length <= 63) {
      this.#reserve(1 + length);
      let position = this.#position + 1;
      let i = 0;
      for (; i < length; i++) {
        const code = value.charCodeAt(i);
        if (code > 127) break;
        this.#slab[position++] = code;
      }
      if (i === length) {
        this.#slab[this.#position] = length << 1;
        this.#position = position;
        return;
      }
    }
    this.#text(value);
  }

  /** As every UTF-8 encoder does, a lone surrogate is written as U+FFFD. */
  #text(value: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    this.long(length);
    this.#reserve(length);
    this.#position += this.#slab.write(value, this.#position, length, 'utf8');
  }

  bytes(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw new UnfitValue();
    this.long(value.length);
    this.#reserve(value.length);
    this.#slab.set(value, this.#position);
    this.#position += value.length;
  }

  /** `indices` has no prototype, so that no inherited name is a symbol. */
  symbol(indices: { readonly [symbol: string]: number }, value: string): void {
    const index = indices[value];
    if (index === undefined) throw new UnfitValue();
    this.long(index);
  }

  array<T>(values: readonly T[], item: (writer: AvroWriter, value: T) => void): void {
    if (!Array.isArray(values)) throw new UnfitValue();
    if (values.length > 0) {
      this.long(values.length);
      for (const value of values as readonly T[]) item(this, value);
    }
    this.long(0);
  }

  map<T>(values: { readonly [key: string]: T }, item: (writer: AvroWriter, value: T) => void): void {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) throw new UnfitValue();
    const entries = Object.entries(values);
    if (entries.length > 0) {
      this.long(entries.length);
      for (const [key, value] of entries) {
        this.string(key);
        item(this, value);
      }
    }
    this.long(0);
  }
}

/** Symbol to index, for `symbol`. */
export function indexSymbols(symbols: readonly string[]): { readonly [symbol: string]: number } {
  const indices: { [symbol: string]: number } = Object.create(null) as Record<string, never>;
  for (const [index, symbol] of symbols.entries()) indices[symbol] = index;
  return indices;
}
