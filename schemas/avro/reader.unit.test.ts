import { describe, expect, it } from 'vitest';
import { DecodeFault } from './fault.ts';
import { AvroReader } from './reader.ts';

const read = <T>(bytes: readonly number[], how: (reader: AvroReader) => T): T => {
  const reader = new AvroReader();
  reader.reset(Buffer.from(bytes), 0);
  const value = how(reader);
  reader.finish();
  return value;
};
const longs = (reader: AvroReader): readonly number[] => reader.array((each) => each.long());

describe('arrays and maps', () => {
  it('come in blocks, also with their size in bytes before them', () => {
    expect(read([4, 2, 4, 2, 6, 0], longs)).toEqual([1, 2, 3]);
    expect(read([3, 4, 2, 4, 1, 2, 6, 0], longs)).toEqual([1, 2, 3]);
    expect(read([2, 2, 97, 2, 2, 2, 98, 4, 0], (reader) => reader.map((each) => each.long()))).toEqual({ a: 1, b: 2 });
  });

  it('that announce more items than there are bytes are refused before any is read', () => {
    let asked = 0;
    const count = (reader: AvroReader): readonly unknown[] =>
      reader.array((each) => {
        asked++;
        return each.long();
      });
    expect(() => read([0x80, 0x80, 0x80, 0x80, 0x10, 0, 0], count)).toThrow(DecodeFault);
    expect(asked).toBe(0);
  });

  it('refuse a key that would change the object they are read into', () => {
    const key = [...Buffer.from('__proto__')];
    expect(() => read([2, 18, ...key, 2, 0], (reader) => reader.map((each) => each.long()))).toThrow('__proto__');
  });
});

describe('numbers', () => {
  it('are zigzag varints: vectors of the Avro specification', () => {
    const vectors: readonly (readonly [number, readonly number[]])[] = [
      [0, [0]],
      [-1, [1]],
      [1, [2]],
      [-2, [3]],
      [2, [4]],
      [-64, [0x7f]],
      [64, [0x80, 0x01]],
    ];
    for (const [value, bytes] of vectors) expect(read(bytes, (reader) => reader.long())).toBe(value);
  });

  it('beyond 32 bits are no int, beyond 2^53 no long', () => {
    expect(() => read([0x80, 0x80, 0x80, 0x80, 0x10], (reader) => reader.int())).toThrow('32-bit int');
    const most = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f];
    expect(read(most, (reader) => reader.long())).toBe(Number.MAX_SAFE_INTEGER);
    const beyond = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
    expect(() => read(beyond, (reader) => reader.long())).toThrow('beyond 2^53 - 1');
  });

  it('booleans are 0 or 1', () => {
    expect(read([1], (reader) => reader.boolean())).toBe(true);
    expect(() => read([2], (reader) => reader.boolean())).toThrow('0 or 1');
  });
});

describe('strings', () => {
  it('read again and again are the same, short, long, of any script', () => {
    const reader = new AvroReader();
    for (const text of ['', 'act_1', 'a'.repeat(47), 'b'.repeat(49), 'Grüße', '漢字', '😀', '\uFFFD']) {
      const bytes = Buffer.from(text, 'utf8');
      const record = Buffer.concat([Buffer.from([bytes.length << 1]), bytes]);
      for (let i = 0; i < 3; i++) {
        reader.reset(record, 0);
        expect(reader.string()).toBe(text);
      }
    }
  });

  it('of one slot of the table do not become one another', () => {
    const reader = new AvroReader();
    for (let round = 0; round < 2; round++)
      for (let i = 0; i < 50_000; i++) {
        const text = `ad_${i}`;
        reader.reset(Buffer.concat([Buffer.from([text.length << 1]), Buffer.from(text)]), 0);
        if (reader.string() !== text) expect.fail(`${text} was read as another`);
      }
  });
});
