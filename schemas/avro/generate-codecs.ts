/** Writes the TypeScript of one topic's reader and writer from its schema. */
import type { RecordNode, SchemaNode } from './schema.ts';

/** Declarations by name, in the order in which they must stand. */
export type Declarations = Map<string, string>;

/** Adds the functions `readX` and `writeX` of a record and of all it holds. */
export function declareRecord(node: RecordNode, into: Declarations): void {
  if (into.has(node.name)) return;
  for (const field of node.fields) declareNamed(field.node, into);
  const reads = node.fields.map((field) => `${field.name}: ${readOf(field.node)}`);
  const writes = node.fields.map((field) => writeOf(field.node, `v.${field.name}`));
  into.set(
    node.name,
    `const read${node.name} = (r: AvroReader): Types.${node.name} => ({ ${reads.join(', ')} });\n` +
      `const write${node.name} = (w: AvroWriter, v: Types.${node.name}): void => { ${writes.join(' ')} };`,
  );
}

function declareNamed(node: SchemaNode, into: Declarations): void {
  switch (node.kind) {
    case 'record':
      return declareRecord(node, into);
    case 'enum': {
      const symbols = `[${node.symbols.map((symbol) => `'${symbol}'`).join(', ')}]`;
      into.set(
        node.name,
        `const symbolsOf${node.name}: readonly Types.${node.name}[] = ${symbols};\n` +
          `const indicesOf${node.name} = indexSymbols(symbolsOf${node.name});`,
      );
      return;
    }
    case 'array':
      return declareNamed(node.items, into);
    case 'map':
      return declareNamed(node.values, into);
    case 'optional':
      return declareNamed(node.of, into);
    default:
      return;
  }
}

function readOf(node: SchemaNode): string {
  switch (node.kind) {
    case 'record':
      return `read${node.name}(r)`;
    case 'enum':
      return `r.symbol(symbolsOf${node.name})`;
    case 'array':
      return `r.array(${readerOf(node.items)})`;
    case 'map':
      return `r.map(${readerOf(node.values)})`;
    case 'optional':
      return `r.present() ? ${readOf(node.of)} : null`;
    default:
      return `r.${node.kind}()`;
  }
}

const readerOf = (node: SchemaNode): string =>
  node.kind === 'record' ? `read${node.name}` : `(r: AvroReader) => ${readOf(node)}`;

function writeOf(node: SchemaNode, value: string): string {
  switch (node.kind) {
    case 'record':
      return `write${node.name}(w, ${value});`;
    case 'enum':
      return `w.symbol(indicesOf${node.name}, ${value});`;
    case 'array':
      return `w.array(${value}, ${writerOf(node.items)});`;
    case 'map':
      return `w.map(${value}, ${writerOf(node.values)});`;
    case 'optional':
      return `if (${value} === null) w.long(0); else { w.long(1); ${writeOf(node.of, value)} }`;
    default:
      return `w.${node.kind}(${value});`;
  }
}

const writerOf = (node: SchemaNode): string =>
  node.kind === 'record' ? `write${node.name}` : `(w, v) => { ${writeOf(node, 'v')} }`;
