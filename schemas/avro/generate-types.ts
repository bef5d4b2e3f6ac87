/** Writes the TypeScript types of a schema. */
import type { Declarations } from './generate-codecs.ts';
import type { PrimitiveKind, SchemaNode } from './schema.ts';

const primitives: Readonly<Record<PrimitiveKind, string>> = {
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Uint8Array',
};

/** The type of a node; named types it meets are added to `into`. Throws where one name has two contents. */
export function typeOf(node: SchemaNode, into: Declarations): string {
  switch (node.kind) {
    case 'optional':
      return `null | ${typeOf(node.of, into)}`;
    case 'array':
      return `readonly (${typeOf(node.items, into)})[]`;
    case 'map':
      return `{ readonly [key: string]: ${typeOf(node.values, into)} }`;
    case 'enum': {
      const symbols = node.symbols.map((symbol) => `'${symbol}'`).join(' | ');
      return declare(into, node.name, `${docs(node.doc)}export type ${node.name} = ${symbols};`);
    }
    case 'record': {
      const fields = node.fields.map(
        (field) => `${docs(field.doc)}readonly ${field.name}: ${typeOf(field.node, into)};`,
      );
      const text = `${docs(node.doc)}export interface ${node.name} {\n${fields.join('\n')}\n}`;
      return declare(into, node.name, text);
    }
    default:
      return primitives[node.kind];
  }
}

const docs = (doc: string): string => (doc === '' ? '' : `/** ${doc} */\n`);

function declare(into: Declarations, name: string, text: string): string {
  const known = into.get(name);
  if (known !== undefined && known !== text)
    throw new Error(
      `schemas: the type ${name} is declared twice with different content; give one of them another name`,
    );
  into.set(name, text);
  return name;
}
