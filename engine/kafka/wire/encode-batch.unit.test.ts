import fc from 'fast-check';
import type { Message } from 'kafkajs';
import clientsRequest from 'kafkajs/src/protocol/requests/produce/v7/request.js';
import { describe, expect, it, vi } from 'vitest';
import type { NewRecord } from '../../ports.ts';
import { pack } from '../../state/codec.ts';
import { batchMessage, produceRequest, written } from './produce-request.ts';
import { recordBatch } from './encode-batch.ts';
import { decodeBatches } from './decode-batches.ts';
import { name_header, source_header } from './record.ts';

const text = fc.string({ maxLength: 80, unit: 'grapheme' });
const bytes = fc.uint8Array({ maxLength: 300 });
const count = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 70_000 }), fc.maxSafeNat());
const word = fc.oneof(
  fc.stringMatching(/^[a-z.]{1,60}$/),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
);
const now_ms = 1_700_000_000_000;

const record = fc.record<NewRecord>(
  {
    topic: fc.constant('t'),
    partition: fc.constant(0),
    key: text,
    value: bytes,
    name: fc.record({ group: word, run: count, topic: word, partition: count, offset: count, ordinal: count }),
    from: fc.record({ source: word, batch: count, ordinal: count }),
    headers: fc.dictionary(fc.stringMatching(/^[a-zé]{1,9}$/), bytes, { maxKeys: 4 }),
  },
  { requiredKeys: ['topic', 'partition', 'key', 'value'] },
);
const records = fc.array(record, { minLength: 1, maxLength: 12 });

/** A record as it is given to the client where the client is to write it. */
function messageOf({ key, value, name, from, headers = {} }: NewRecord): Message {
  const own = Object.fromEntries(Object.entries(headers).map(([header, found]) => [header, Buffer.from(found)]));
  if (name !== undefined) {
    const { group, run, topic, partition, offset, ordinal } = name;
    own[name_header] = Buffer.from(pack([group, run, topic, partition, offset, ordinal]));
  }
  if (from !== undefined) own[source_header] = Buffer.from(pack([from.source, from.batch, from.ordinal]));
  return { key: key === '' ? null : key, value: Buffer.from(value), headers: own, timestamp: String(now_ms) };
}

type Data = readonly { readonly topic: string; readonly partitions: readonly (readonly NewRecord[])[] }[];
const data: fc.Arbitrary<Data> = fc.array(
  fc.record({ topic: fc.stringMatching(/^[a-z.]{1,249}$/), partitions: fc.array(records, { maxLength: 3 }) }),
  { maxLength: 3 },
);

async function bytesOf(request: unknown): Promise<Buffer> {
  const encode: unknown = Reflect.get(Object(request), 'encode');
  if (typeof encode !== 'function') throw new Error('it is no request');
  const encoder: unknown = await Reflect.apply(encode, request, []);
  const found: unknown = Reflect.get(Object(encoder), 'buffer');
  if (!Buffer.isBuffer(found)) throw new Error('it has no bytes');
  return found;
}

const ours = (given: Data): unknown => {
  const topicData = given.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((own, partition) => ({
      partition,
      messages: [batchMessage(partition, recordBatch(own, now_ms))],
    })),
  }));
  return produceRequest(written(topicData) ?? [], -1, 30_000);
};

const clients = (given: Data): unknown => {
  const topicData = given.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((own, partition) => ({ partition, messages: own.map(messageOf) })),
  }));
  return clientsRequest({ acks: -1, timeout: 30_000, topicData });
};

describe('a request with records', () => {
  it('is byte by byte what the client itself would send', async () => {
    vi.useFakeTimers({ now: now_ms, toFake: ['Date'] });
    try {
      const isSame = async (given: Data): Promise<void> => {
        expect((await bytesOf(ours(given))).equals(await bytesOf(clients(given)))).toBe(true);
      };
      await fc.assert(fc.asyncProperty(data, isSame));
    } finally {
      vi.useRealTimers();
    }
  });

  it('may be larger than any before it, and does not change the ones before', async () => {
    const of = (size: number, fill: number): Data => [
      { topic: 'big', partitions: [[{ topic: 'big', partition: 0, key: '', value: Buffer.alloc(size, fill) }]] },
    ];
    const sizes = [10, 70_000, 1_000_000, 6_000_000, 10];
    const sent = sizes.map((size, i) => ours(of(size, i)));
    for (const [i, size] of sizes.entries())
      expect((await bytesOf(sent[i])).equals(await bytesOf(clients(of(size, i))))).toBe(true);
  });

  it('that was not written by us is left to the client', () => {
    const messages = [{ key: null, value: Buffer.from('of somebody else') }];
    expect(written([{ topic: 't', partitions: [{ partition: 0, messages }] }])).toBeUndefined();
  });
});

describe('a batch', () => {
  it('is read as it was written, with what it has', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        const place = { topic: 't', partition: 0 };
        const { records: found, next } = await decodeBatches(recordBatch(given, now_ms), place, 0);
        expect(next).toBe(given.length);
        for (const [i, { key, value, name, from, headers = {} }] of given.entries()) {
          expect(found[i]).toMatchObject({ key, offset: i, appended_ms: now_ms });
          expect(Buffer.compare(found[i]?.value ?? Buffer.alloc(0), value)).toBe(0);
          expect(found[i]?.name).toEqual(name);
          expect(found[i]?.from).toEqual(from);
          expect(Object.keys(found[i]?.headers ?? {}).sort()).toEqual(Object.keys(headers).sort());
        }
      }),
    );
  });
});
