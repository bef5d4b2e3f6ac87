/**
 * Takes a value that fits a topic's schema at once, defaults filled in. It is made for one schema and tells nothing of a
 * value that does not fit: `fit` says what is wrong with it. Both take the same values.
 */
import type { FieldNode, RecordNode, SchemaNode } from './avro/schema.ts';
import { bytesOf, fits, isObject } from './fit.ts';

const misfit = Symbol('misfit');
type Take = (candidate: unknown) => unknown;

/** What a value of JSON becomes; undefined where it does not fit. */
export function quickFit(
  schema: RecordNode,
): (candidate: unknown) => { readonly [field: string]: unknown } | undefined {
  const take = takeRecord(schema);
  return (candidate) => {
    const value = take(candidate);
    return value === misfit ? undefined : value;
  };
}

function takeNode(node: SchemaNode): Take {
  switch (node.kind) {
    case 'record':
      return takeRecord(node);
    case 'optional': {
      const take = takeNode(node.of);
      return (candidate) => (candidate === null ? null : take(candidate));
    }
    case 'array':
      return takeArray(takeNode(node.items));
    case 'map':
      return takeMap(takeNode(node.values));
    case 'bytes':
      return (candidate) => bytesOf(candidate) ?? misfit;
    default:
      return (candidate) => (fits(candidate, node) ? candidate : misfit);
  }
}

interface Field {
  readonly name: string;
  readonly take: Take;
  readonly fallback: FieldNode['fallback'];
}

function takeRecord({ fields }: RecordNode): (candidate: unknown) => { [field: string]: unknown } | typeof misfit {
  const takes = fields.map(({ name, node, fallback }): Field => ({ name, take: takeNode(node), fallback }));
  return (candidate) => {
    if (!isObject(candidate)) return misfit;
    const value: { [field: string]: unknown } = {};
    let given = 0;
    for (const { name, take, fallback } of takes) {
      const found = candidate[name];
      if (found === undefined && fallback === undefined) return misfit;
      const fitted = take(found === undefined ? fallback?.json : found);
      if (fitted === misfit) return misfit;
      if (found !== undefined) given++;
      value[name] = fitted;
    }
    // What it has beyond the fields of the schema is none of them.
    return Object.keys(candidate).length === given ? value : misfit;
  };
}

const takeArray =
  (take: Take): Take =>
  (candidate) => {
    if (!Array.isArray(candidate)) return misfit;
    const items = candidate.map(take);
    return items.includes(misfit) ? misfit : items;
  };

const takeMap =
  (take: Take): Take =>
  (candidate) => {
    if (!isObject(candidate)) return misfit;
    const entries = Object.entries(candidate).map(([key, value]) => [key, take(value)] as const);
    return entries.some(([, value]) => value === misfit) ? misfit : Object.fromEntries(entries);
  };
