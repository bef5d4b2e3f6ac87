/** Events as people see them: coordinates, name, value as plain JSON. */
import type { EngineEvent } from '../../../engine/engine.ts';
import { nameOf } from '../../../topology/coordinates.ts';
import type { EventView } from '../operations.ts';

export function eventView({ record, value, error }: EngineEvent): EventView {
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    appended_ms: record.appended_ms,
    key: record.key,
    id: record.name === undefined ? null : nameOf(record.name),
    value: value === null ? null : plainObject(value),
    error,
  };
}

/** How deep a value may be nested before it is cut; nothing of ours comes near. */
const deepest = 32;

/** A value of state or of an event as plain JSON: bytes in base64, maps as objects, sets as arrays, no functions. */
export function plain(value: unknown, depth = 0): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? null : value;
  if (depth > deepest) return '…';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value)) return Array.from(numbersOf(value), (item) => plain(item, depth + 1));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return fromEntries([...value], depth);
  if (value instanceof Set || Array.isArray(value)) return Array.from(value, (item) => plain(item, depth + 1));
  return fromEntries(Object.entries(value), depth);
}

/** A view of numbers (Float64Array and its like) as an iterable; a DataView has none. */
function numbersOf(view: ArrayBufferView): Iterable<unknown> {
  return Symbol.iterator in view && typeof view[Symbol.iterator] === 'function'
    ? (view as unknown as Iterable<unknown>)
    : [];
}

const fromEntries = (entries: readonly (readonly [unknown, unknown])[], depth: number): Record<string, unknown> =>
  Object.fromEntries(entries.map(([key, inner]) => [String(key), plain(inner, depth + 1)]));

export const plainObject = (value: object): Readonly<Record<string, unknown>> => fromEntries(Object.entries(value), 0);
