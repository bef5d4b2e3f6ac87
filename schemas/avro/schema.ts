/**
 * The part of Avro's schema language that our topics use, as a tree without names to look up: records, enums, arrays,
 * maps, primitives but `float` and `fixed`, and unions with null ("optional").
 */
import { z } from 'zod';

export interface FieldNode {
  readonly name: string;
  readonly doc: string;
  readonly node: SchemaNode;
  /** JSON value a reader or a line without the field gets; absent: the field is required. */
  readonly fallback?: { readonly json: unknown };
}

export interface RecordNode {
  readonly kind: 'record';
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly FieldNode[];
}

export interface EnumNode {
  readonly kind: 'enum';
  readonly name: string;
  readonly doc: string;
  readonly symbols: readonly string[];
}

export type PrimitiveKind = 'boolean' | 'int' | 'long' | 'double' | 'string' | 'bytes';

export type SchemaNode =
  | { readonly kind: PrimitiveKind }
  | EnumNode
  | { readonly kind: 'array'; readonly items: SchemaNode }
  | { readonly kind: 'map'; readonly values: SchemaNode }
  | { readonly kind: 'optional'; readonly of: SchemaNode }
  | RecordNode;

const primitives: ReadonlySet<string> = new Set(['boolean', 'int', 'long', 'double', 'string', 'bytes']);
const isPrimitive = (name: string): name is PrimitiveKind => primitives.has(name);

const doc = z.string().default('');
const fieldShape = z.object({
  name: z.string(),
  doc,
  type: z.unknown(),
  default: z.unknown().optional(),
});
const complexShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('record'), name: z.string(), doc, fields: z.array(fieldShape).min(1) }),
  z.object({ type: z.literal('enum'), name: z.string(), doc, symbols: z.array(z.string()).min(1) }),
  z.object({ type: z.literal('array'), items: z.unknown() }),
  z.object({ type: z.literal('map'), values: z.unknown() }),
]);

/** Parses an Avro schema. Throws where it uses a part of Avro that this program does not. */
export function parseSchema(schema: unknown): RecordNode {
  const node = parseType(schema, new Map(), 'schema');
  if (node.kind !== 'record') throw new Error(`schema: a topic's schema is a record, this is ${node.kind}`);
  return node;
}

function parseType(type: unknown, named: Map<string, SchemaNode>, at: string): SchemaNode {
  if (typeof type === 'string') {
    if (isPrimitive(type)) return { kind: type };
    const known = named.get(type);
    if (known === undefined)
      throw new Error(`${at}: the type ${type} is not declared before its use, or not supported`);
    return known;
  }
  if (Array.isArray(type)) return parseUnion(type, named, at);
  const complex = complexShape.parse(type, { error: () => `${at}: not an Avro type this program uses` });
  switch (complex.type) {
    case 'array':
      return { kind: 'array', items: parseType(complex.items, named, `${at}[]`) };
    case 'map':
      return { kind: 'map', values: parseType(complex.values, named, `${at}{}`) };
    case 'enum': {
      const node: SchemaNode = { kind: 'enum', name: complex.name, doc: complex.doc, symbols: complex.symbols };
      named.set(complex.name, node);
      return node;
    }
    case 'record': {
      const fields = complex.fields.map((field) => ({
        name: field.name,
        doc: field.doc,
        node: parseType(field.type, named, `${at}.${field.name}`),
        ...('default' in field ? { fallback: { json: field.default } } : {}),
      }));
      const node: SchemaNode = { kind: 'record', name: complex.name, doc: complex.doc, fields };
      named.set(complex.name, node);
      return node;
    }
  }
}

function parseUnion(branches: readonly unknown[], named: Map<string, SchemaNode>, at: string): SchemaNode {
  const [first, second] = branches;
  if (branches.length !== 2 || first !== 'null' || second === 'null')
    throw new Error(`${at}: the only unions used are ["null", type]`);
  return { kind: 'optional', of: parseType(second, named, at) };
}
