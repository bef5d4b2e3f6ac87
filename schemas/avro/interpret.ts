/**
 * Reads any schema's bytes by walking the schema: slower than a generated reader, but it knows where it is. It finds
 * the field at which bytes stop making sense, and reads records of schemas that no reader was generated for.
 */
import { DecodeFault } from './fault.ts';
import type { AvroReader } from './reader.ts';
import type { RecordNode, SchemaNode } from './schema.ts';

export type Interpreted =
  | { readonly ok: true; readonly value: { readonly [field: string]: unknown } }
  | { readonly ok: false; readonly fault: DecodeFault; /** Path of the field being read. */ readonly field: string };

/** Reads one record to the end of the reader's bytes. */
export function interpret(reader: AvroReader, schema: RecordNode): Interpreted {
  const path: string[] = [];
  try {
    const value = readRecord(reader, schema, path);
    path.push('the end');
    reader.finish();
    return { ok: true, value };
  } catch (error) {
    if (error instanceof DecodeFault) return { ok: false, fault: error, field: path.join('').replace(/^\./, '') };
    throw error;
  }
}

function readRecord(reader: AvroReader, schema: RecordNode, path: string[]): { [field: string]: unknown } {
  const value: { [field: string]: unknown } = {};
  for (const field of schema.fields) {
    path.push(`.${field.name}`);
    value[field.name] = readNode(reader, field.node, path);
    path.pop();
  }
  return value;
}

function readNode(reader: AvroReader, node: SchemaNode, path: string[]): unknown {
  switch (node.kind) {
    case 'record':
      return readRecord(reader, node, path);
    case 'enum':
      return reader.symbol(node.symbols);
    case 'optional':
      return reader.present() ? readNode(reader, node.of, path) : null;
    case 'array': {
      let index = 0;
      return reader.array(() => readAt(reader, node.items, `[${index++}]`, path));
    }
    case 'map':
      return reader.map(() => readAt(reader, node.values, '{}', path));
    default:
      return reader[node.kind]();
  }
}

function readAt(reader: AvroReader, node: SchemaNode, step: string, path: string[]): unknown {
  path.push(step);
  const value = readNode(reader, node, path);
  path.pop();
  return value;
}
