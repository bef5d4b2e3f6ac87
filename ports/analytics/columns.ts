/** The columns of a topic's table, from its Avro schema. */
import { parseSchema, type FieldNode, type RecordNode, type SchemaNode } from '../../schemas/avro/schema.ts';
import { schemaFile } from '../../schemas/ids.ts';
import type { Table } from '../../topology/topic.ts';
import type { AnalyticsColumn } from './port.ts';

/** Where a row comes from: of equal ones the highest run is kept. Names have a prefix, for events have fields too. */
export const coordinates: readonly AnalyticsColumn[] = [
  { name: 'cause_group', type: 'LowCardinality(String)' },
  { name: 'cause_topic', type: 'LowCardinality(String)' },
  { name: 'cause_partition', type: 'UInt32' },
  { name: 'cause_offset', type: 'UInt64' },
  { name: 'cause_ordinal', type: 'UInt32' },
  { name: 'cause_run', type: 'UInt32' },
  { name: 'logged_ms', type: 'Int64' },
  // W3C trace context of the row; empty where what caused it is not traced.
  { name: 'traceparent', type: 'String' },
];

/** What identifies a row, the run aside. */
export const identity: readonly string[] = [
  'cause_group',
  'cause_topic',
  'cause_partition',
  'cause_offset',
  'cause_ordinal',
];

/** The schema that gives a table its columns. Throws where the topic pins a version that is not there. */
export function schemaOf({ of }: Table): RecordNode {
  const file = schemaFile(of.name, of.version);
  if (file === undefined) throw new Error(`topic ${of.name} pins version ${of.version}, which has no schema`);
  return parseSchema(file);
}

/** The ClickHouse type of a field. Throws where there is none: ClickHouse has no nullable list, map or record. */
export function columnType(node: SchemaNode, at: string): string {
  switch (node.kind) {
    case 'boolean':
      return 'Bool';
    case 'int':
      return 'Int32';
    case 'long':
      return 'Int64';
    case 'double':
      return 'Float64';
    case 'string':
    case 'bytes':
      return 'String';
    case 'enum':
      return 'LowCardinality(String)';
    case 'array':
      return `Array(${columnType(node.items, `${at}[]`)})`;
    case 'map':
      return `Map(String, ${columnType(node.values, `${at}{}`)})`;
    case 'record':
      return `Tuple(${node.fields.map(({ name, node: field }) => `${name} ${columnType(field, `${at}.${name}`)}`).join(', ')})`;
    case 'optional':
      return optionalType(node.of, at);
  }
}

function optionalType(node: SchemaNode, at: string): string {
  if (node.kind === 'enum') return 'LowCardinality(Nullable(String))';
  if (node.kind === 'array' || node.kind === 'map' || node.kind === 'record')
    throw new Error(`${at}: a ${node.kind} cannot be null in ClickHouse; give it an empty default instead`);
  return `Nullable(${columnType(node, at)})`;
}

/** Columns of the event itself, in the order of its schema. The record key repeats much: a dictionary keeps it small. */
export const eventColumns = (table: Table): readonly AnalyticsColumn[] =>
  schemaOf(table).fields.map(({ name, node }) => ({
    name,
    type:
      name === table.of.partitionKey && node.kind === 'string'
        ? 'LowCardinality(String)'
        : columnType(node, `${table.of.name}.${name}`),
  }));

/** Columns as they are stored, in the order in which rows are written. */
export const storedColumns = (table: Table): readonly AnalyticsColumn[] => [...eventColumns(table), ...coordinates];

const isTime = ({ name, node, doc }: FieldNode): boolean => {
  const kind = node.kind === 'optional' ? node.of.kind : node.kind;
  return kind === 'long' && name.endsWith('_ms') && doc.includes('epoch milliseconds');
};

/** Fields that are times, with the name under which people read them: `window_start_ms` as `window_start`. */
export const timeColumns = (table: Table): readonly { readonly from: string; readonly name: string }[] => {
  const fields = schemaOf(table).fields;
  const taken = new Set(fields.map(({ name }) => name));
  return fields
    .filter(isTime)
    .map(({ name }) => ({ from: name, name: name.slice(0, -'_ms'.length) }))
    .map(({ from, name }) => ({ from, name: taken.has(name) ? `${name}_time` : name }));
};
