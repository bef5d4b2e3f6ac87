/** A query string's texts as the values that a route takes. */
import { z } from 'zod';
import type { Given } from './route.ts';

type Kind = 'number' | 'boolean' | 'list' | 'text';

const property = z.object({ type: z.unknown().optional(), anyOf: z.array(z.looseObject({})).optional() });
const kinds = new WeakMap<z.ZodObject, ReadonlyMap<string, Kind>>();

function kindOf(schema: unknown): Kind {
  const { type, anyOf } = property.parse(schema);
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'array') return 'list';
  const [first] = (anyOf ?? []).map(kindOf).filter((kind) => kind !== 'text');
  return first ?? 'text';
}

const described = z.object({ properties: z.record(z.string(), z.unknown()) });

function kindsOf(shape: z.ZodObject): ReadonlyMap<string, Kind> {
  const before = kinds.get(shape);
  if (before !== undefined) return before;
  const { properties } = described.parse(z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }));
  const found = new Map(Object.entries(properties).map(([name, schema]) => [name, kindOf(schema)] as const));
  kinds.set(shape, found);
  return found;
}

/** A number, flag or list where that is what the field takes and the text is one; else the text, to be refused with it. */
function valueOf(kind: Kind | undefined, text: unknown): unknown {
  if (kind === 'list') return typeof text === 'string' ? text.split(',') : text;
  if (typeof text !== 'string') return text;
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

export function fromQuery(shape: z.ZodObject, query: Given): Given {
  const known = kindsOf(shape);
  return Object.fromEntries(Object.entries(query).map(([name, text]) => [name, valueOf(known.get(name), text)]));
}
