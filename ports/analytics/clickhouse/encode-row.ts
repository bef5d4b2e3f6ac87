/** Rows of a table as RowBinary: one writer per field, made once from the topic's schema. */
import type { SchemaNode } from '../../../schemas/avro/schema.ts';
import type { Row } from '../../../topology/coordinates.ts';
import type { Table } from '../../../topology/topic.ts';
import { schemaOf } from '../columns.ts';
import type { RowBinary } from './row-binary.ts';

/** Writes one value; throws `Unfit` where it is not of the type. */
type Write = (out: RowBinary, value: unknown) => void;

/** A value that its column cannot hold. */
class Unfit extends TypeError {
  constructor(value: unknown, wanted: string) {
    super(`is ${JSON.stringify(value) ?? 'missing'}, it must be ${wanted}`);
  }
}

const whole = (value: unknown): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Unfit(value, 'a whole number');
  return value;
};
const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Unfit(value, 'a text');
  return value;
};

function writer(node: SchemaNode): Write {
  switch (node.kind) {
    case 'boolean':
      return (out, value) => out.byte(value === true ? 1 : 0);
    case 'int':
      return (out, value) => out.int32(whole(value));
    case 'long':
      return (out, value) => out.int64(whole(value));
    case 'double':
      return (out, value) => {
        if (typeof value !== 'number') throw new Unfit(value, 'a number');
        out.float64(value);
      };
    case 'string':
    case 'enum':
      return (out, value) => out.string(text(value));
    case 'bytes':
      return (out, value) => {
        if (!(value instanceof Uint8Array)) throw new Unfit(value, 'bytes');
        out.bytes(value);
      };
    case 'optional':
      return optional(writer(node.of));
    case 'array':
      return list(writer(node.items));
    case 'map':
      return map(writer(node.values));
    case 'record':
      return record(node.fields.map(({ name, node: field }) => [name, writer(field)] as const));
  }
}

const optional =
  (write: Write): Write =>
  (out, value) => {
    if (value === null || value === undefined) return out.byte(1);
    out.byte(0);
    write(out, value);
  };

const list =
  (write: Write): Write =>
  (out, value) => {
    if (!Array.isArray(value)) throw new Unfit(value, 'a list');
    out.length128(value.length);
    for (const item of value) write(out, item);
  };

const map =
  (write: Write): Write =>
  (out, value) => {
    if (typeof value !== 'object' || value === null) throw new Unfit(value, 'an object');
    const entries = Object.entries(value);
    out.length128(entries.length);
    for (const [key, item] of entries) {
      out.string(key);
      write(out, item);
    }
  };

const record = (fields: readonly (readonly [string, Write])[]): Write => {
  return (out, value) => {
    if (typeof value !== 'object' || value === null) throw new Unfit(value, 'an object');
    const held: Readonly<Record<string, unknown>> = { ...value };
    for (const [name, write] of fields) write(out, held[name]);
  };
};

export type EncodeRow = (out: RowBinary, row: Row) => void;

/** The writer of a table's rows, in the order of its stored columns. Throws an error that names table and field. */
export function rowEncoder(table: Table): EncodeRow {
  const fields = schemaOf(table).fields.map(({ name, node }) => [name, writer(node)] as const);
  return (out, { value, name, at_ms, traceparent = '' }) => {
    const begin = out.length;
    let field = '';
    try {
      for (const [column, write] of fields) {
        field = column;
        write(out, Reflect.get(value, column));
      }
    } catch (error) {
      out.rewind(begin);
      if (error instanceof Unfit)
        throw new TypeError(`table ${table.name}: ${field} ${error.message}`, { cause: error });
      throw error;
    }
    out.string(name.group);
    out.string(name.topic);
    out.uint32(name.partition);
    out.int64(name.offset);
    out.uint32(name.ordinal);
    out.uint32(name.run);
    out.int64(at_ms);
    out.string(traceparent);
  };
}
