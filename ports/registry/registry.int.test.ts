/** Against a real registry: what is registered and refused, ids kept on disk, and what other producers wrote. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCodec } from '../../schemas/codec.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { assignedIds, schemaFile } from '../../schemas/ids.ts';
import { adCreated, adMetrics } from '../../schemas/index.ts';
import { writeAs } from '../../schemas/testing/write-as.ts';
import { Services } from '../../testing/services/services.ts';
import { RegistryClient } from './client.ts';
import { RegistryIds, subjectOf, type RegistryIdsOptions } from './ids.ts';
import { provisionSubject, subjectStandings } from './provision.ts';

const services = new Services();
const folder = mkdtempSync(join(tmpdir(), 'flywheel-registry-'));
const at_ms = Date.UTC(2026, 5, 1);
let client: RegistryClient;

beforeAll(async () => {
  client = new RegistryClient({ url: await services.registry() });
}, 180_000);
afterAll(async () => {
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
});

const names = [adMetrics.name, adCreated.name];
const newPrefix = (): string => `p${randomUUID().slice(0, 8)}.`;

async function provisioned(prefix: string): Promise<void> {
  for (const standing of await subjectStandings(client, prefix, names)) await provisionSubject(client, standing);
}

const optionsOf = (prefix: string, change: Partial<RegistryIdsOptions> = {}): RegistryIdsOptions => ({
  client,
  prefix,
  file: join(folder, `${prefix}json`),
  topics: [adMetrics, adCreated],
  now_ms: () => at_ms,
  ...change,
});

/** A schema with fields changed, as JSON. */
function metricsWith(change: (fields: readonly object[]) => readonly object[]): object {
  const schema: unknown = JSON.parse(JSON.stringify(schemaFile(adMetrics.name, 1)));
  if (typeof schema !== 'object' || schema === null || !('fields' in schema) || !Array.isArray(schema.fields))
    throw new Error('the schema has no fields');
  return { ...schema, fields: change(schema.fields as object[]) };
}

const gone: RegistryIdsOptions['client'] = {
  get url() {
    return client.url;
  },
  idOf: () => Promise.reject(new Error('the registry is away')),
  schemaOf: () => Promise.reject(new Error('the registry is away')),
};

describe('subjects', () => {
  it('are registered with all their versions, and then there is nothing left to do', async () => {
    const prefix = newPrefix();
    const versions = names.map((name) => Object.keys(assignedIds[name] ?? {}).map(Number));
    expect(Math.max(...versions.map(({ length }) => length))).toBeGreaterThan(1);
    expect((await subjectStandings(client, prefix, names)).map(({ missing }) => missing)).toEqual(versions);
    await provisioned(prefix);
    for (const { missing, misfit, compatibility } of await subjectStandings(client, prefix, names))
      expect({ missing, misfit, compatibility }).toEqual({
        missing: [],
        misfit: null,
        compatibility: 'FULL_TRANSITIVE',
      });
  });

  it('refuse a schema that does not fit every version both ways', async () => {
    const prefix = newPrefix();
    await provisioned(prefix);
    const subject = subjectOf(prefix, adMetrics.name);
    const needed = metricsWith((fields) => [...fields, { name: 'saves', type: 'long' }]);
    expect(await client.misfit(subject, needed)).not.toBeNull();
    await expect(client.register(subject, needed)).rejects.toMatchObject({ code: 'registry.refused' });
    const optional = metricsWith((fields) => [...fields, { name: 'saves', type: 'long', default: 0 }]);
    expect(await client.misfit(subject, optional)).toBeNull();
    expect(await client.register(subject, optional)).toBeGreaterThan(0);
  });

  it('are named with what to do where they are not registered', async () => {
    await expect(RegistryIds.open(optionsOf(newPrefix()))).rejects.toThrow('flywheel provision --apply');
  });
});

describe('ids of a registry', () => {
  it('stand in records, and are kept on disk: the registry may be away at the next start', async () => {
    const prefix = newPrefix();
    await provisioned(prefix);
    const ids = await RegistryIds.open(optionsOf(prefix));
    const bytes = createCodec({ topics: [adCreated], ids }).encode(adCreated.name, exampleOf(adCreated.name));
    const id = Buffer.from(bytes).readInt32BE(1);
    expect(await client.schemaOf(id)).toMatchObject({
      name: Reflect.get(Object(schemaFile(adCreated.name, 2)), 'name'),
    });

    const later = await RegistryIds.open(optionsOf(prefix, { client: gone }));
    const read = createCodec({ topics: [adCreated], ids: later }).decode(adCreated.name, bytes, at_ms);
    expect(read.ok).toBe(true);
    await expect(RegistryIds.open(optionsOf(newPrefix(), { client: gone }))).rejects.toThrow('the registry is away');
  });

  it('of another producer, with an older version or one of its own, are looked up once and kept', async () => {
    const prefix = newPrefix();
    await provisioned(prefix);
    const own = metricsWith((fields) => [...fields, { name: 'saves', type: 'long', default: 0 }]);
    const foreign_id = await client.register(subjectOf(prefix, adMetrics.name), own);
    const older_id = await client.idOf(subjectOf(prefix, adCreated.name), schemaFile(adCreated.name, 1));
    const value = { ...exampleOf(adMetrics.name), saves: 3 };
    let asked = 0;
    const counting: RegistryIdsOptions['client'] = {
      url: client.url,
      idOf: (...of) => client.idOf(...of),
      schemaOf: (id) => (asked++, client.schemaOf(id)),
    };
    const ids = await RegistryIds.open(optionsOf(prefix, { client: counting }));
    const codec = createCodec({ topics: [adMetrics, adCreated], ids });
    const record = { topic: adMetrics.name, value: writeAs(own, value, foreign_id) };
    expect(codec.decode(record.topic, record.value, at_ms)).toMatchObject({ ok: false, code: 'decode.unknown_schema' });
    await Promise.all([ids.learn([record, record]), ids.learn([record])]);
    expect(codec.decode(record.topic, record.value, at_ms)).toEqual({ ok: true, value: exampleOf(adMetrics.name) });
    expect(ids.learn([record])).toBeUndefined();
    expect(asked).toBe(1);

    const { facts: _facts, ...first_version } = exampleOf(adCreated.name);
    const older = writeAs(schemaFile(adCreated.name, 1), first_version, older_id ?? 0);
    expect(codec.decode(adCreated.name, older, at_ms)).toMatchObject({ ok: true });
    const later = await RegistryIds.open(optionsOf(prefix, { client: gone }));
    expect(later.schemaOf(foreign_id)).toMatchObject({ topic: adMetrics.name });
  });

  it('that the registry does not know are not asked for again for a while', async () => {
    const prefix = newPrefix();
    await provisioned(prefix);
    let asked = 0;
    let now_ms = at_ms;
    const counting: RegistryIdsOptions['client'] = {
      url: client.url,
      idOf: (...of) => client.idOf(...of),
      schemaOf: (id) => (asked++, client.schemaOf(id)),
    };
    const ids = await RegistryIds.open(optionsOf(prefix, { client: counting, now_ms: () => now_ms }));
    const record = {
      topic: adMetrics.name,
      value: writeAs(schemaFile(adMetrics.name, 1), exampleOf(adMetrics.name), 99_999_999),
    };
    for (let n = 0; n < 20; n++) await ids.learn([record]);
    expect(asked).toBe(1);
    const codec = createCodec({ topics: [adMetrics], ids });
    expect(codec.decode(adMetrics.name, record.value, at_ms)).toMatchObject({ code: 'decode.unknown_schema' });
    now_ms += 60_001;
    await ids.learn([record]);
    expect(asked).toBe(2);
  });
});
