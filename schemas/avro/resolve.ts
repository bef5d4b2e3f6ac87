/** Reads records of one schema version as another, by Avro's schema resolution. */
import avro from 'avsc';
import { parseSchema, type RecordNode } from './schema.ts';

export interface VersionReader {
  /** The writer's schema. Bytes are walked by it first: the resolver trusts counts and lengths, we do not. */
  readonly schema: RecordNode;
  /** The reader's value of a body that was found to be whole. */
  resolve(body: Buffer): object;
}

/** Parsed by avsc, with unions as plain values and records without methods. */
function avscType(schema: unknown): avro.Type {
  const text = JSON.stringify(schema);
  return avro.Type.forSchema(JSON.parse(text) as avro.Schema, { wrapUnions: 'never', omitRecordMethods: true });
}

/** A reader of `writer`'s records as `reader`'s values; a string says why the two cannot be resolved. */
export function readVersion(writer: unknown, reader: unknown): VersionReader | string {
  try {
    const schema = parseSchema(writer);
    const type = avscType(reader);
    const resolver = type.createResolver(avscType(writer));
    return { schema, resolve: (body) => plain(type.fromBuffer(body, resolver)) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Records as objects without a class, as the generated readers give them. */
function plain(record: unknown): object {
  const value = plainValue(record);
  if (typeof value !== 'object' || value === null) throw new Error('a record was expected');
  return value;
}

function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plainValue);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValue(member)]));
}
