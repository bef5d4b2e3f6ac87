import fc from 'fast-check';
import type { Message } from 'kafkajs';
import clientsRequest from 'kafkajs/src/protocol/requests/produce/v7/request.js';
import { describe, expect, it, vi } from 'vitest';
import { produceBytes, type ProduceQuestion } from './produce-request.ts';

type TopicData = ProduceQuestion['topicData'];

const text = fc.string({ maxLength: 200, unit: 'grapheme' });
const bytes = fc.uint8Array({ maxLength: 300 }).map((found) => Buffer.from(found));
const header = fc.oneof(bytes, text);
const now_ms = 1_700_000_000_000;

const fields = {
  key: fc.option(fc.oneof(bytes, text)),
  value: fc.option(fc.oneof(bytes, text)),
  headers: fc.dictionary(fc.stringMatching(/^[a-zé]{1,9}$/), fc.oneof(header, fc.array(header, { maxLength: 3 })), {
    maxKeys: 4,
  }),
};
// The client sorts times as texts (of one length they are in order), and takes the first of those that have one.
const timestamp = fc.integer({ min: now_ms, max: now_ms + 2 ** 34 }).map(String);
const batch = fc.oneof(
  fc.array(fc.record<Message>(fields, { requiredKeys: ['value'] }), { minLength: 1, maxLength: 12 }),
  fc.array(fc.record<Message>({ ...fields, timestamp }), { minLength: 1, maxLength: 12 }),
);
const partition = fc.record({ partition: fc.nat({ max: 99 }), messages: batch });
const topicData: fc.Arbitrary<TopicData> = fc.array(
  fc.record({ topic: fc.stringMatching(/^[a-z.]{1,249}$/), partitions: fc.array(partition) }),
  { maxLength: 4 },
);

const asTheClientDoes = async (data: TopicData): Promise<Buffer> =>
  (await clientsRequest({ acks: -1, timeout: 30_000, topicData: data }).encode()).buffer;

describe('a request with records', () => {
  it('is byte by byte what the client itself would send', async () => {
    vi.useFakeTimers({ now: now_ms, toFake: ['Date'] });
    try {
      await fc.assert(
        fc.asyncProperty(topicData, async (data) => {
          const own = produceBytes({ acks: -1, timeout: 30_000, topicData: data }, now_ms);
          expect(own.equals(await asTheClientDoes(data))).toBe(true);
        }),
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it('may be larger than any before it, and does not change the ones before', async () => {
    const of = (size: number, fill: number): TopicData => {
      const messages = [{ key: null, value: Buffer.alloc(size, fill), timestamp: String(now_ms) }];
      return [{ topic: 'big', partitions: [{ partition: 0, messages }] }];
    };
    const sizes = [10, 70_000, 1_000_000, 6_000_000, 10];
    const sent = sizes.map((size, i) => produceBytes({ acks: -1, timeout: 30_000, topicData: of(size, i) }, now_ms));
    for (const [i, size] of sizes.entries()) expect(sent[i]?.equals(await asTheClientDoes(of(size, i)))).toBe(true);
  });
});
