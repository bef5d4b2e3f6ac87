import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVersion } from './avro/resolve.ts';
import { parseSchema } from './avro/schema.ts';
import { createCodec, type DecodeOutcome } from './codec.ts';
import { exampleOf } from './examples.ts';
import { schemas } from './generated/schemas.ts';
import { checkedInIds, schemaFile, type SchemaIds, type WriterSchema } from './ids.ts';
import { adCreated, noCreativeFacts, topics } from './index.ts';
import { arbitraryOf } from './testing/arbitrary.ts';
import { writeAs } from './testing/write-as.ts';

const at_ms = Date.UTC(2025, 5, 1);

/** Every writer and reader version of a topic, as (writer, reader) pairs. */
function pairsOf(versions: readonly unknown[]): readonly (readonly [unknown, unknown])[] {
  return versions.flatMap((writer) => versions.map((reader) => [writer, reader] as const));
}

/** Why some pair of versions cannot be resolved; undefined where all can. */
const clash = (versions: readonly unknown[]): string | undefined =>
  pairsOf(versions)
    .map(([writer, reader]) => readVersion(writer, reader))
    .find((outcome) => typeof outcome === 'string');

type Json = { readonly [key: string]: unknown };
/** The first version of ad.metrics with its fields changed: a second version that does not exist yet. */
function metricsWith(change: (fields: readonly Json[]) => readonly unknown[]): Json {
  const first: unknown = JSON.parse(JSON.stringify(schemaFile('ad.metrics', 1)));
  if (typeof first !== 'object' || first === null || !('fields' in first) || !Array.isArray(first.fields))
    throw new Error('ad.metrics has no fields');
  return { ...first, fields: change(first.fields) };
}
const first = schemaFile('ad.metrics', 1);
const withField = metricsWith((fields) => [...fields, { name: 'saves', type: 'long', doc: 'Saves', default: 0 }]);
const withoutField = metricsWith((fields) => fields.filter(({ name }) => name !== 'reach'));
const planted: readonly (readonly [string, Json])[] = [
  ['a new field without a default', metricsWith((fields) => [...fields, { name: 'saves', type: 'long' }])],
  ['a required field removed', metricsWith((fields) => fields.filter(({ name }) => name !== 'clicks'))],
  [
    'another type',
    metricsWith((fields) => fields.map((field) => (field['name'] === 'clicks' ? { ...field, type: 'string' } : field))),
  ],
];

describe('versions of a schema', () => {
  it.each(Object.entries(schemas))('every two versions of %s resolve both ways', (_, versions) => {
    expect(clash(Object.values(versions))).toBeUndefined();
  });

  it('a version that adds a field with a default, or drops one that has a default, resolves both ways', () => {
    expect(clash([first, withField, withoutField])).toBeUndefined();
  });

  it.each(planted)('%s is caught', (_, schema) => {
    expect(clash([first, schema])).toBeTypeOf('string');
  });

  it('what is generated is what the schemas say', async () => {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const generate = promisify(execFile)('node', ['--import', 'tsx', 'schemas/generate.ts', '--check'], { cwd: root });
    await expect(generate).resolves.toMatchObject({ stderr: '' });
  });
});

/** Ids as checked in, and one more: of a schema of ad.metrics written by another release. */
const idsWith = (other: WriterSchema, id: number): SchemaIds => ({
  idOf: (topic, version) => checkedInIds.idOf(topic, version),
  schemaOf: (found) => (found === id ? other : checkedInIds.schemaOf(found)),
});

function decodeAs(schema: unknown, value: object): DecodeOutcome {
  const codec = createCodec({ topics, ids: idsWith({ topic: 'ad.metrics', version: 2, schema }, 99) });
  return codec.decode('ad.metrics', writeAs(schema, value, 99), at_ms);
}

describe('records of another version', () => {
  const example = exampleOf('ad.metrics');

  it('are read as the pinned version: unknown fields dropped, missing ones with their default', () => {
    expect(decodeAs(withField, { ...example, saves: 4 })).toEqual({ ok: true, value: example });
    const { reach: _, ...short } = example;
    expect(decodeAs(withoutField, short)).toEqual({ ok: true, value: { ...example, reach: null } });
  });

  it('of ad.created before creatives had facts are read as those of which nothing is known', () => {
    const { fields } = parseSchema(schemaFile('ad.created', 1));
    const example = exampleOf('ad.created');
    const old = Object.fromEntries(fields.map(({ name }) => [name, example[name]]));
    const id = checkedInIds.idOf('ad.created', 1) ?? 0;
    const codec = createCodec({ topics });
    const bytes = writeAs(schemaFile('ad.created', 1), old, id);
    expect(codec.decode('ad.created', bytes, at_ms)).toEqual({
      ok: true,
      value: { ...old, ...noCreativeFacts, objective: 'unknown' },
    });
  });

  it('keep the field rules', () => {
    expect(decodeAs(withField, { ...example, saves: 4, clicks: 9_999 })).toMatchObject({ code: 'check.rule' });
  });

  it('with a symbol that an enum did not have yet are read as its default, where it has one', () => {
    const newer: unknown = JSON.parse(
      JSON.stringify(schemaFile('ad.created', adCreated.version)).replaceAll('"carousel"', '"carousel","collection"'),
    );
    const codec = createCodec({ topics, ids: idsWith({ topic: 'ad.created', version: 99, schema: newer }, 99) });
    const value = exampleOf('ad.created');
    const bytes = writeAs(newer, { ...value, format: 'collection' }, 99);
    expect(codec.decode('ad.created', bytes, at_ms)).toEqual({ ok: true, value: { ...value, format: 'unknown' } });
  });

  it('that cannot be resolved are refused with the versions named', () => {
    const outcome = decodeAs(planted[1]?.[1], example);
    if (outcome.ok) throw new Error('it was taken');
    expect(outcome.code).toBe('decode.incompatible');
    expect(outcome.message).toMatch(/version 2 of ad.metrics cannot be read as version 1/);
  });

  it('of any value come back as they went, of random bytes never throw', () => {
    const codec = createCodec({
      topics: topics.map((topic) => ({ ...topic, check: () => undefined })),
      ids: idsWith({ topic: 'ad.metrics', version: 2, schema: withField }, 99),
    });
    fc.assert(
      fc.property(arbitraryOf(parseSchema(withField), 2 ** 52), (value) => {
        const { saves: _, ...rest } = value as { saves?: unknown };
        expect(codec.decode('ad.metrics', writeAs(withField, value, 99), at_ms)).toEqual({ ok: true, value: rest });
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (body) => {
        codec.decode('ad.metrics', Buffer.concat([Buffer.from([0, 0, 0, 0, 99]), body]), at_ms);
      }),
      { numRuns: 300 },
    );
  });
});
