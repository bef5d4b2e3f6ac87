/**
 * Fits a value of unknown origin (a line of JSON, a handler's event) to a topic's schema: fills in defaults, and says
 * of every field that does not fit what it should be.
 */
import type { Violation } from '../topology/topic.ts';
import type { FieldNode, RecordNode, SchemaNode } from './avro/schema.ts';
import { nearest } from '../topology/nearest.ts';

export type Fitted =
  | { readonly ok: true; readonly value: { readonly [field: string]: unknown } }
  | { readonly ok: false; readonly problems: readonly Violation[] };

/**
 * Where a value comes from. In JSON, fields that the schema does not know are a problem, and bytes are strings as Avro's
 * JSON encoding has them (code points 0 to 255); a value made by code may have more fields than are written.
 */
type Origin = 'json' | 'code';

interface Findings {
  readonly problems: Violation[];
  readonly origin: Origin;
}

/** The value as the schema has it, or every problem found. */
export function fit(candidate: unknown, schema: RecordNode, origin: Origin = 'json'): Fitted {
  const findings: Findings = { problems: [], origin };
  const value = fitRecord(candidate, schema, '', findings);
  const { problems } = findings;
  return problems.length === 0 && value !== undefined ? { ok: true, value } : { ok: false, problems };
}

/** A value as people read it in a message: JSON, cut where it is long. */
export function printValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = typeof value === 'function' || typeof value === 'symbol' ? typeof value : jsonOf(value);
  return text.length > 120 ? `${text.slice(0, 117).replace(/[\uD800-\uDBFF]$/, '')}...` : text;
}

/** What is nested too deeply to be printed says so. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'missing';
  } catch {
    return 'a value that cannot be printed';
  }
}

export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function fitRecord(
  candidate: unknown,
  schema: RecordNode,
  at: string,
  findings: Findings,
): { [field: string]: unknown } | undefined {
  if (!isObject(candidate)) {
    findings.problems.push(
      problem(at === '' ? 'value' : at, candidate, 'must be an object', 'give an object with the fields of the schema'),
    );
    return undefined;
  }
  if (findings.origin === 'json') refuseUnknown(candidate, schema, at, findings);
  const value: { [field: string]: unknown } = {};
  for (const field of schema.fields) {
    const path = at === '' ? field.name : `${at}.${field.name}`;
    value[field.name] = fitField(Reflect.get(candidate, field.name), field, path, findings);
  }
  return value;
}

function fitField(candidate: unknown, field: FieldNode, path: string, findings: Findings): unknown {
  if (candidate !== undefined) return fitNode(candidate, field.node, path, findings);
  if (field.fallback !== undefined)
    return fitNode(field.fallback.json, field.node, path, { ...findings, origin: 'json' });
  findings.problems.push(
    problem(path, undefined, 'it is required', `add "${field.name}" (${wanted(field.node)}): ${field.doc}`),
  );
  return undefined;
}

function refuseUnknown(candidate: object, schema: RecordNode, at: string, findings: Findings): void {
  const known = schema.fields.map((field) => field.name);
  for (const [key, value] of Object.entries(candidate)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const remedy = near === undefined ? `remove it; known are ${known.join(', ')}` : `did you mean "${near}"?`;
    findings.problems.push(problem(at === '' ? key : `${at}.${key}`, value, 'is not a field of the schema', remedy));
  }
}

function fitNode(candidate: unknown, node: SchemaNode, at: string, findings: Findings): unknown {
  switch (node.kind) {
    case 'record':
      return fitRecord(candidate, node, at, findings);
    case 'optional':
      return candidate === null ? null : fitNode(candidate, node.of, at, findings);
    case 'array':
      if (Array.isArray(candidate))
        return candidate.map((item: unknown, i) => fitNode(item, node.items, `${at}[${i}]`, findings));
      break;
    case 'map':
      if (isObject(candidate))
        return Object.fromEntries(
          Object.entries(candidate).map(([key, value]) => [key, fitNode(value, node.values, `${at}.${key}`, findings)]),
        );
      break;
    case 'bytes':
      if (findings.origin === 'json' || candidate instanceof Uint8Array) {
        const bytes = bytesOf(candidate);
        if (bytes !== undefined) return bytes;
      }
      break;
    default:
      if (fits(candidate, node)) return candidate;
  }
  findings.problems.push(problem(at, candidate, `must be ${wanted(node)}`, hint(at, candidate, node)));
  return undefined;
}

const beyondByte = /[^\0-\u00FF]/;

/** Bytes, or the text that stands for them in JSON; undefined for anything else. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' && !beyondByte.test(value)
    ? new Uint8Array(Buffer.from(value, 'latin1'))
    : undefined;
}

const loneSurrogate = /\p{Surrogate}/u;

/** Whether a value is one of a scalar node. */
export function fits(value: unknown, node: SchemaNode): boolean {
  switch (node.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'number' && value === (value | 0);
    case 'long':
      return Number.isSafeInteger(value);
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string' && !loneSurrogate.test(value);
    case 'enum':
      return typeof value === 'string' && node.symbols.includes(value);
    default:
      return false;
  }
}

/** What the schema wants, in words. */
function wanted(node: SchemaNode): string {
  switch (node.kind) {
    case 'boolean':
      return 'true or false';
    case 'int':
      return 'a whole number of 32 bits';
    case 'long':
      return 'a whole number up to 2^53 - 1';
    case 'double':
      return 'a number';
    case 'string':
      return 'a string';
    case 'bytes':
      return 'bytes';
    case 'enum':
      return `one of ${node.symbols.map((symbol) => `"${symbol}"`).join(', ')}`;
    case 'array':
      return 'an array';
    case 'map':
    case 'record':
      return 'an object';
    case 'optional':
      return `${wanted(node.of)}, or null`;
  }
}

function hint(field: string, candidate: unknown, node: SchemaNode): string {
  if (candidate === null) return 'null is not allowed here: give a value, or leave out a field that has a default';
  const special = numberHint(field, candidate, node) ?? textHint(candidate, node);
  return special ?? `give ${wanted(node)}`;
}

function numberHint(field: string, candidate: unknown, { kind }: SchemaNode): string | undefined {
  if (kind !== 'int' && kind !== 'long' && kind !== 'double') return undefined;
  if (typeof candidate === 'string' && candidate.trim() !== '' && Number.isFinite(Number(candidate)))
    return `write the number without quotes: ${candidate.trim()}`;
  if (typeof candidate === 'string' && field.endsWith('_ms'))
    return 'give UTC epoch milliseconds, as a number: 2026-11-23T14:00:00Z is 1795442400000';
  if (typeof candidate !== 'number' || kind === 'double' || !Number.isFinite(candidate)) return undefined;
  return Number.isInteger(candidate)
    ? 'check the unit: times are epoch milliseconds, money is minor units'
    : 'write whole numbers: money in minor units (12.34 USD is 1234), times in milliseconds';
}

function textHint(candidate: unknown, node: SchemaNode): string | undefined {
  if (node.kind === 'string' && typeof candidate === 'string')
    return 'give well-formed Unicode: half of a pair stands alone';
  if (node.kind === 'string' && typeof candidate === 'number') return `write it in quotes: "${candidate}"`;
  if (node.kind !== 'enum' || typeof candidate !== 'string') return undefined;
  const near = nearest(candidate.toLowerCase(), node.symbols);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

const problem = (field: string, value: unknown, rule: string, remedy: string): Violation => ({
  field,
  value: printValue(value),
  rule,
  remedy,
});
