import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlywheelError } from '../topology/errors.ts';
import { topic } from '../topology/topic.ts';
import { parseSchema } from './avro/schema.ts';
import { createCodec, type DecodeOutcome } from './codec.ts';
import { exampleOf } from './examples.ts';
import { adCreated, adMetrics, topics, type AdMetrics } from './index.ts';
import { assignedIds, checkedInIds, schemaFile, type SchemaIds, newestVersion } from './ids.ts';
import { arbitraryOf } from './testing/arbitrary.ts';

const codec = createCodec({ topics });
const at_ms = Date.UTC(2025, 5, 1);
const names = topics.map(({ name }) => name);
const schemaOf = (name: string): ReturnType<typeof parseSchema> => parseSchema(schemaFile(name, newestVersion(name)));
/** The same codec without field rules, for values that are valid only to the schema. */
const withoutRules = createCodec({ topics: topics.map((each) => ({ ...each, check: () => undefined })) });

const frame = (id: number, ...body: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.writeInt32BE(id, 1);
  bytes.set(body, 5);
  return bytes;
};
const idOf = (name: string): number => checkedInIds.idOf(name, 1) ?? 0;
const refused = (outcome: DecodeOutcome): Extract<DecodeOutcome, { ok: false }> => {
  if (outcome.ok) throw new Error('it was taken');
  return outcome;
};

describe('encode and decode', () => {
  it.each(names)('the example of %s comes back as it went, and keeps its rules', (name) => {
    const example = exampleOf(name);
    expect(codec.decode(name, codec.encode(name, example), at_ms)).toEqual({ ok: true, value: example });
  });

  it.each(names)('any value of the schema of %s comes back as it went', (name) => {
    fc.assert(
      fc.property(arbitraryOf(schemaOf(name)), (value) => {
        expect(withoutRules.decode(name, withoutRules.encode(name, value), at_ms)).toEqual({ ok: true, value });
      }),
      { numRuns: 200 },
    );
  });

  it.each(names)('the body of %s is what another Avro implementation writes and reads', (name) => {
    const text = JSON.stringify(schemaFile(name, newestVersion(name)));
    const type = avro.Type.forSchema(JSON.parse(text), { wrapUnions: 'never', omitRecordMethods: true });
    fc.assert(
      // avsc is exact up to 2^52 only: it doubles a long before it writes it.
      fc.property(arbitraryOf(schemaOf(name), 2 ** 52), (value) => {
        const body = Buffer.from(codec.encode(name, value)).subarray(5);
        expect(body.toString('hex')).toBe(type.toBuffer(asBuffers(value)).toString('hex'));
        expect(type.toBuffer(type.fromBuffer(body)).equals(body)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('the frame is a zero byte and the schema id as four bytes big-endian', () => {
    const bytes = Buffer.from(codec.encode('tick.hourly', exampleOf('tick.hourly')));
    expect(bytes[0]).toBe(0);
    expect(bytes.readInt32BE(1)).toBe(assignedIds['tick.hourly']?.[1]);
  });

  it('records written one after another do not touch each other, past the end of a slab too', () => {
    const example = exampleOf('ad.created');
    const written = Array.from({ length: 500 }, (_, i) => ({ ...example, headline: String(i).repeat(500) }));
    const bytes = written.map((value) => codec.encode('ad.created', value));
    expect(bytes.map((each) => codec.decode('ad.created', each, at_ms))).toEqual(
      written.map((value) => ({ ok: true, value })),
    );
  });

  it('bytes of a field are a copy: the record may be overwritten', () => {
    const bytes = codec.encode('dead.letter', exampleOf('dead.letter'));
    const outcome = codec.decode('dead.letter', bytes, at_ms);
    bytes.fill(255);
    expect(outcome).toEqual({ ok: true, value: exampleOf('dead.letter') });
  });

  it('a lone surrogate is written as the replacement character, as UTF-8 has none', () => {
    const value = { ...exampleOf('dead.letter'), message: 'cut \uD83D' };
    expect(codec.decode('dead.letter', codec.encode('dead.letter', value), at_ms)).toMatchObject({
      value: { message: 'cut \uFFFD' },
    });
  });
});

/** avsc takes bytes as Buffers only. */
function asBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(asBuffers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asBuffers(member)]));
}

describe('a value that does not fit', () => {
  const metrics = exampleOf('ad.metrics');
  const allocation = exampleOf('allocation.proposed');
  const cases: readonly (readonly [string, object, string, string])[] = [
    ['ad.metrics', { ...metrics, clicks: '31' }, 'clicks', 'without quotes: 31'],
    ['ad.metrics', { ...metrics, spend_minor: 18.75 }, 'spend_minor', '12.34 USD is 1234'],
    ['ad.metrics', { ...metrics, as_of_ms: 2 ** 53 }, 'as_of_ms', 'epoch milliseconds'],
    ['ad.metrics', { ...metrics, account_id: undefined }, 'account_id', 'is required'],
    ['ad.metrics', { ...metrics, context: { placement: 3 } }, 'context.placement', 'must be a string'],
    ['ad.metrics', { ...metrics, context: null }, 'context', 'must be an object'],
    ['ad.metrics', { ...metrics, reach: 'many' }, 'reach', 'must be a whole number'],
    ['ad.created', { ...exampleOf('ad.created'), format: 'Video' }, 'format', 'did you mean "video"?'],
    ['ad.created', { ...exampleOf('ad.created'), format: 'toString' }, 'format', 'must be one of'],
    ['allocation.proposed', { ...allocation, arms: [null] }, 'arms[0]', 'must be an object'],
    ['allocation.proposed', { ...allocation, arms: [{ adset_id: 'a' }] }, 'arms[0].share', 'is required'],
    ['allocation.proposed', { ...allocation, draws: 2 ** 31 }, 'draws', '32 bits'],
    ['allocation.proposed', { ...allocation, expected_loss: null }, 'expected_loss', 'null is not allowed'],
    ['evidence.changed', { ...exampleOf('evidence.changed'), restated: 1 }, 'restated', 'true or false'],
    ['dead.letter', { ...exampleOf('dead.letter'), record_value: 'text' }, 'record_value', 'must be bytes'],
  ];
  it.each(cases)('%s: %j is refused at %s', (name, value, field, words) => {
    const attempt = (): Uint8Array => codec.encode(name, value);
    expect(attempt).toThrow(FlywheelError);
    expect(attempt).toThrow(words);
    try {
      attempt();
    } catch (error) {
      expect(error).toMatchObject({ code: 'event.unfit', field });
    }
  });

  it('a field that has a default may be left out', () => {
    const { reach: _, context: __, ...short } = metrics;
    expect(codec.decode('ad.metrics', codec.encode('ad.metrics', short), at_ms)).toMatchObject({
      ok: true,
      value: { reach: null, context: {} },
    });
  });

  it('an unknown topic is refused by name', () => {
    expect(() => codec.encode('ad.metric', metrics)).toThrow('there is no topic ad.metric');
    expect(refused(codec.decode('ad.metric', new Uint8Array(9), at_ms)).code).toBe('topic.unknown');
  });
});

describe('bytes that cannot be decoded', () => {
  const good = Buffer.from(codec.encode('ad.metrics', exampleOf('ad.metrics')));
  const decode = (bytes: Uint8Array): DecodeOutcome => codec.decode('ad.metrics', bytes, at_ms);
  /** A valid record's fields up to `as_of_ms`, then the given bytes where `impressions` stands. */
  const withImpressions = (...bytes: readonly number[]): Uint8Array => {
    const at = good.indexOf(codecOfLong(1240));
    return Buffer.concat([good.subarray(0, at), Buffer.from(bytes), good.subarray(at + 2)]);
  };
  const codecOfLong = (value: number): Buffer => avro.Type.forSchema('long').toBuffer(value);

  it('nothing or a frame alone is too short', () => {
    for (const length of [0, 1, 5]) expect(refused(decode(good.subarray(0, length))).code).toBe('decode.too_short');
  });

  it('JSON is named by its first byte', () => {
    const outcome = refused(decode(Buffer.from('{"account_id":"act"}')));
    expect(outcome).toMatchObject({ stage: 'decode', code: 'decode.magic_byte' });
    expect(outcome.message).toContain('0x7b');
  });

  it('an id that no schema has, and the id of another topic, are told apart', () => {
    expect(refused(decode(frame(42, 0, 0)))).toMatchObject({ code: 'decode.unknown_schema' });
    const other = refused(decode(codec.encode('tick.hourly', exampleOf('tick.hourly'))));
    expect(other.code).toBe('decode.other_topic');
    expect(other.message).toContain('tick.hourly');
  });

  it('a record cut anywhere is truncated, and the field at which it ends is named', () => {
    for (let length = 6; length < good.length; length++)
      expect(refused(decode(good.subarray(0, length))).code).toBe('decode.truncated');
    expect(refused(decode(good.subarray(0, 8)))).toMatchObject({ field: 'account_id' });
    expect(refused(decode(good.subarray(0, good.length - 1)))).toMatchObject({ field: 'context' });
  });

  it('bytes after the last field are refused', () => {
    const outcome = refused(decode(Buffer.concat([good, Buffer.from([1, 2, 3])])));
    expect(outcome.code).toBe('decode.trailing');
    expect(outcome.message).toContain('3 bytes remain');
  });

  it('a long beyond 2^53 is refused at its field, not rounded', () => {
    const outcome = refused(decode(withImpressions(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01)));
    expect(outcome).toMatchObject({ stage: 'decode', code: 'decode.long_range', field: 'impressions' });
  });

  it('the largest and smallest safe integers come back', () => {
    for (const hour_ms of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -1, 0, 2 ** 31, -(2 ** 31), 2 ** 27]) {
      const bytes = withoutRules.encode('tick.hourly', { hour_ms });
      expect(withoutRules.decode('tick.hourly', bytes, at_ms)).toEqual({ ok: true, value: { hour_ms } });
    }
  });

  it('a varint that never ends is refused', () => {
    expect(refused(decode(withImpressions(...Array.from({ length: 20 }, () => 0xff)))).stage).toBe('decode');
  });

  it('a string that is not UTF-8 is refused at its field', () => {
    const bytes = Buffer.from(good);
    bytes[6] = 0xff;
    expect(refused(decode(bytes))).toMatchObject({ code: 'decode.invalid_text', field: 'account_id' });
  });

  it('an enum index and a union branch that do not exist are refused at their field', () => {
    const created = Buffer.from(codec.encode('ad.created', exampleOf('ad.created')));
    created[created.length - 1] = 20;
    expect(refused(codec.decode('ad.created', created, at_ms))).toMatchObject({
      code: 'decode.invalid_value',
      field: 'provenance',
    });
    const branch = Buffer.from(good);
    branch[good.indexOf('exp_headline') - 2] = 8;
    expect(refused(decode(branch))).toMatchObject({ code: 'decode.invalid_value', field: 'experiment_id' });
  });

  it('a ten-byte claim of a billion map entries is refused at once', () => {
    const claim = Buffer.concat([good.subarray(0, good.length - 1), codecOfLong(1_000_000_000), Buffer.from([0])]);
    expect(refused(decode(claim))).toMatchObject({ code: 'decode.truncated', field: 'context' });
  });

  it('a negative length is refused', () => {
    const bytes = Buffer.from(good);
    bytes[5] = 1;
    expect(refused(decode(bytes))).toMatchObject({ code: 'decode.invalid_value', field: 'account_id' });
  });

  it.each(names)('random bytes never throw, framed as %s or not', (name) => {
    const example = Buffer.from(codec.encode(name, exampleOf(name)));
    const flipped = fc
      .array(fc.tuple(fc.nat(example.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const bytes = Buffer.from(example);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    const framed = fc.uint8Array({ maxLength: 60 }).map((body) => frame(idOf(name), ...body));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), framed, flipped), (bytes) => {
        const outcome = codec.decode(name, bytes, at_ms);
        if (!outcome.ok) expect(outcome.message).toMatch(/; \S/);
      }),
      { numRuns: 300 },
    );
  });

  it('a field rule that throws is an outcome, not an exception', () => {
    const broken = {
      ...adCreated,
      check: (): never => {
        throw new Error('planted');
      },
    };
    const outcome = createCodec({ topics: [broken] }).decode(
      'ad.created',
      codec.encode('ad.created', exampleOf('ad.created')),
      at_ms,
    );
    expect(refused(outcome)).toMatchObject({ stage: 'check', code: 'check.threw' });
    expect(refused(outcome).message).toContain('planted');
  });
});

describe('schema ids', () => {
  it('every topic has an id for the version it pins, and no id stands for two schemas', () => {
    for (const { name, version } of topics) expect(checkedInIds.idOf(name, version)).toBeTypeOf('number');
    const all = Object.values(assignedIds).flatMap((versions) => Object.values(versions));
    expect(new Set(all).size).toBe(all.length);
  });

  it('another source of ids, such as a registry, is taken instead', () => {
    const ids: SchemaIds = {
      idOf: () => 7,
      schemaOf: (id) =>
        id === 7 ? { topic: 'ad.metrics', version: 1, schema: schemaFile('ad.metrics', 1) } : undefined,
    };
    const registered = createCodec({ topics: [adMetrics], ids });
    const bytes = Buffer.from(registered.encode('ad.metrics', exampleOf('ad.metrics')));
    expect(bytes.readInt32BE(1)).toBe(7);
    expect(registered.decode('ad.metrics', bytes, at_ms).ok).toBe(true);
  });

  it('a topic that pins a version without a schema does not start', () => {
    const { restates: _, ...spec } = adMetrics;
    const ahead = topic<AdMetrics>()({ ...spec, version: 9 });
    expect(() => createCodec({ topics: [ahead] })).toThrow('pins version 9');
  });
});
