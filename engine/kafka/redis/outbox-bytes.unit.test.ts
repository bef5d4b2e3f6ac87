import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboxEntry } from '../../ledger.ts';
import type { NewRecord } from '../../ports.ts';
import { pack } from '../../state/codec.ts';
import { outboxBytes, outboxFrom } from './outbox-bytes.ts';
import { recordBatch } from '../wire/encode-batch.ts';

const word = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const count = fc.oneof(
  fc.nat({ max: 300 }),
  fc.maxSafeNat().map((n) => Math.floor(n / 4)),
);
const bytes = fc.uint8Array({ maxLength: 200 });
const name = fc.record({ group: word, run: count, topic: word, partition: count, offset: count, ordinal: count });

const record = fc.record<NewRecord>(
  {
    topic: fc.constantFrom('a', 'b', 'größer'),
    partition: fc.nat({ max: 99 }),
    key: fc.oneof(fc.constant(''), word),
    value: bytes,
    name,
    headers: fc.dictionary(fc.stringMatching(/^[a-zé]{1,9}$/), bytes, { minKeys: 1, maxKeys: 4 }),
  },
  { requiredKeys: ['topic', 'partition', 'key', 'value'] },
);
const row = fc.record({
  table: word,
  value: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.oneof(fc.integer(), word, fc.constant(null))),
  name,
  at_ms: count,
});
const entry: fc.Arbitrary<OutboxEntry> = fc.record({
  seq: count,
  records: fc.array(record, { maxLength: 20 }),
  rows: fc.array(row, { maxLength: 5 }),
  bytes: count,
});

/** Without what is kept beside it, and with all bytes of one type. */
const plain = ({ records, ...rest }: OutboxEntry): unknown => ({
  ...rest,
  records: records.map(({ topic, partition, key, value, name, headers }) => ({
    ...{ topic, partition, key, name },
    value: [...value],
    headers: headers && Object.fromEntries(Object.entries(headers).map(([header, found]) => [header, [...found]])),
  })),
});

describe('an outbox entry', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(entry, (given) => {
        expect(plain(outboxFrom(outboxBytes(given)))).toEqual(plain(given));
      }),
    );
  });

  it('that was written before entries had a layout of their own is read as well', () => {
    fc.assert(
      fc.property(entry, (given) => {
        expect(plain(outboxFrom(Buffer.from(pack(given))))).toEqual(plain(given));
      }),
    );
  });

  it('keeps the bodies of its records: they are sent as they would be without', () => {
    const sent = ({ records }: OutboxEntry): Buffer => recordBatch(records, 7);
    const filled = entry.filter(({ records }) => records.length > 0);
    fc.assert(
      fc.property(filled, (given) => {
        const before = sent(given);
        outboxBytes(given);
        expect(given.records.every(({ body }) => body !== undefined)).toBe(true);
        expect(sent(given).equals(before)).toBe(true);
      }),
    );
  });

  it('that is cut off or goes on too long is refused by name', () => {
    const value = Buffer.from('v');
    const whole = outboxBytes({
      seq: 3,
      records: [{ topic: 't', partition: 1, key: 'k', value }],
      rows: [],
      bytes: 9,
    });
    for (const wrong of [whole.subarray(0, -1), Buffer.concat([whole, value]), whole.subarray(0, 8)])
      expect(() => outboxFrom(wrong)).toThrow(/outbox in Redis cannot be read/);
  });
});
