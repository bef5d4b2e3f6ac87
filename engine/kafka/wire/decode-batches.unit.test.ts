import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0/index.js';
import Record from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import { decodeBatches } from './decode-batches.ts';

const place = { topic: 't', partition: 3 };

interface Given {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: { readonly [name: string]: Buffer };
  readonly after_ms: number;
}

/** A batch as kafkajs's producer writes it. */
async function written(base: number, first_ms: number, records: readonly Given[]): Promise<Buffer> {
  const encoder = await RecordBatch({
    firstOffset: BigInt(base),
    firstTimestamp: first_ms,
    maxTimestamp: first_ms + Math.max(0, ...records.map(({ after_ms }) => after_ms)),
    lastOffsetDelta: records.length - 1,
    records: records.map(({ key, value, headers, after_ms }, i) =>
      Record({ offsetDelta: i, timestampDelta: after_ms, key, value, headers: { ...headers } }),
    ),
  });
  return Buffer.from(encoder.buffer);
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((found) => Buffer.from(found));
const given = fc.record<Given>({
  key: fc.option(fc.string({ minLength: 1, maxLength: 90, unit: 'grapheme' }).map((text) => Buffer.from(text))),
  value: fc.option(bytes),
  headers: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), bytes, { maxKeys: 3 }),
  after_ms: fc.integer({ min: 0, max: 2 ** 40 }),
});

describe('records of a fetch answer', () => {
  it('are what a producer wrote, at their offsets and times', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(given, { minLength: 1, maxLength: 20 }), { maxLength: 4 }),
        fc.integer({ min: 0, max: 2 ** 50 }),
        async (batches, begin) => {
          const first_ms = 1_700_000_000_000;
          const wire: Buffer[] = [];
          let base = begin;
          for (const batch of batches) {
            wire.push(await written(base, first_ms, batch));
            base += batch.length;
          }
          const { records, next } = await decodeBatches(Buffer.concat(wire), place, begin);
          expect(next).toBe(base);
          expect(records).toEqual(
            batches.flat().map(({ key, value, headers, after_ms }, i) => ({
              ...place,
              key: key?.toString() ?? '',
              value: value ?? Buffer.alloc(0),
              offset: begin + i,
              appended_ms: first_ms + after_ms,
              ...(Object.keys(headers).length === 0 ? {} : { headers }),
            })),
          );
        },
      ),
    );
  });

  const three: readonly Given[] = ['a', 'b', 'c'].map((text) => ({
    key: Buffer.from(text),
    value: Buffer.from(text),
    headers: {},
    after_ms: 0,
  }));

  it('begin at the offset asked for, though a batch comes whole', async () => {
    const { records, next } = await decodeBatches(await written(10, 0, three), place, 11);
    expect(records.map(({ offset }) => offset)).toEqual([11, 12]);
    expect(next).toBe(13);
  });

  it('end before a batch that is cut off', async () => {
    const [whole, second] = [await written(0, 0, three), await written(3, 0, three)];
    for (const kept of [0, 11, 40, second.length - 1]) {
      const cut = Buffer.concat([whole, second.subarray(0, kept)]);
      const { records, next } = await decodeBatches(cut, place, 0);
      expect([records.length, next]).toEqual([3, 3]);
    }
  });

  it('take the broker’s stamp where it gives one, and leave control records out', async () => {
    const stamped = await written(0, 5, three);
    stamped.writeInt16BE(0x08, 21);
    stamped.writeBigInt64BE(99n, 35);
    const control = await written(3, 5, three.slice(0, 1));
    control.writeInt16BE(0x20, 21);
    const { records, next } = await decodeBatches(Buffer.concat([stamped, control]), place, 0);
    expect(records.map(({ appended_ms }) => appended_ms)).toEqual([99, 99, 99]);
    expect(next).toBe(4);
  });

  it('of a transaction that was given up do not count; those before it, beside it and after it do', async () => {
    const by = async (base: number, producer: number | null, type?: 'abort' | 'commit'): Promise<Buffer> => {
      const key = Buffer.from([0, 0, 0, type === 'commit' ? 1 : 0]);
      const marker = [{ key, value: Buffer.alloc(6), headers: {}, after_ms: 0 }];
      const batch = await written(base, 5, type === undefined ? three : marker);
      batch.writeInt16BE((producer === null ? 0 : 0x10) | (type === undefined ? 0 : 0x20), 21);
      batch.writeBigInt64BE(BigInt(producer ?? -1), 43);
      return batch;
    };
    const wire = Buffer.concat([
      await by(0, 7), // committed at 3
      await by(3, 7, 'commit'),
      await by(4, 7), // given up at 13
      await by(7, 8), // of another, committed at 14
      await by(10, null),
      await by(13, 7, 'abort'),
      await by(14, 8, 'commit'),
      await by(15, 7), // committed
      await by(18, 7, 'commit'),
      await by(19, 8), // given up later, behind what is read here
    ]);
    const aborted = [
      { producer: 8, from: 19 },
      { producer: 7, from: 4 },
    ];
    const { records, next } = await decodeBatches(wire, place, 0, aborted);
    expect(records.map(({ offset }) => offset)).toEqual([0, 1, 2, 7, 8, 9, 10, 11, 12, 15, 16, 17]);
    expect(next).toBe(22);
  });

  it('are unpacked from gzip; another compression is refused by name of the topic', async () => {
    const plain = await written(0, 5, three);
    const packed = (attributes: number): Buffer => {
      const found = Buffer.concat([plain.subarray(0, 61), gzipSync(plain.subarray(61))]);
      found.writeInt16BE(attributes, 21);
      found.writeInt32BE(found.length - 12, 8);
      return found;
    };
    const { records } = await decodeBatches(packed(1), place, 0);
    expect(records.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    await expect(decodeBatches(packed(3), place, 0)).rejects.toThrow('a batch of t cannot be unpacked');
  });
});
