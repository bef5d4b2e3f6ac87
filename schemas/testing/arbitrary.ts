/** Arbitrary values of a schema, for property tests. */
import fc from 'fast-check';
import type { RecordNode, SchemaNode } from '../avro/schema.ts';

const string = fc.string({ unit: 'binary', maxLength: 80 });

/** Values of a record, longs within ±`longest`; those of strings, longs and maps include what is rare: empty, long, beyond 32 bits. */
export const arbitraryOf = (schema: RecordNode, longest = Number.MAX_SAFE_INTEGER): fc.Arbitrary<object> =>
  fc.record(Object.fromEntries(schema.fields.map(({ name, node }) => [name, arbitraryNode(node, longest)])));

function arbitraryNode(node: SchemaNode, longest: number): fc.Arbitrary<unknown> {
  switch (node.kind) {
    case 'record':
      return arbitraryOf(node, longest);
    case 'optional':
      return fc.option(arbitraryNode(node.of, longest), { nil: null });
    case 'array':
      return fc.array(arbitraryNode(node.items, longest), { maxLength: 5 });
    case 'map':
      return fc.dictionary(
        string.filter((key) => key !== '__proto__'),
        arbitraryNode(node.values, longest),
        { maxKeys: 5, noNullPrototype: true },
      );
    case 'enum':
      return fc.constantFrom(...node.symbols);
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.oneof(fc.integer({ min: -longest, max: longest }), fc.integer({ min: -70, max: 70 }));
    case 'double':
      return fc.double();
    case 'string':
      return string;
    case 'bytes':
      return fc.uint8Array({ maxLength: 40 });
  }
}
