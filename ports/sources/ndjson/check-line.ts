/** One line of JSON to an event of a topic, or to what is wrong with it. */
import { isUtf8 } from 'node:buffer';
import { parseSchema } from '../../../schemas/avro/schema.ts';
import { fit, printValue, type Fitted } from '../../../schemas/fit.ts';
import { schemaFile } from '../../../schemas/ids.ts';
import { quickFit } from '../../../schemas/quick-fit.ts';
import { describeError, type ErrorCode, type ErrorParameters } from '../../../topology/errors.ts';
import type { Topic, Violation } from '../../../topology/topic.ts';
import { longest_line_bytes } from './lines.ts';

/** A line that was refused. */
export interface RejectedLine {
  readonly line: number;
  readonly code: ErrorCode;
  /** The first field that is wrong; null where the line is no event at all. */
  readonly field: string | null;
  /** What is wrong and what to do; names further fields that are wrong. */
  readonly message: string;
}

export type CheckedLine =
  | { readonly kind: 'event'; readonly value: object }
  | { readonly kind: 'rejected'; readonly rejected: RejectedLine }
  | { readonly kind: 'empty' };

/** Checks a line; `text` is null where it was too long to be kept, `at_ms` what times are held against. */
export type LineCheck = (text: Uint8Array | null, line: number, at_ms: number) => CheckedLine;

const empty: CheckedLine = { kind: 'empty' };

/** Checks a value of JSON; `line` is what it is called in a refusal. */
export type ValueCheck = (value: unknown, line: number, at_ms: number) => CheckedLine;

const checks = new WeakMap<Topic, ValueCheck>();

/** The check of a topic's values: the schema with its defaults, then the field rules. */
export function valueCheck(topic: Topic): ValueCheck {
  const found = checks.get(topic);
  if (found !== undefined) return found;
  const schema = parseSchema(schemaFile(topic.name, topic.version));
  const quick = quickFit(schema);
  const check: ValueCheck = (candidate, line, at_ms) => {
    if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate))
      return reject('line.not_object', { line, value: Array.isArray(candidate) ? 'a list' : printValue(candidate) });
    const value = quick(candidate);
    const fitted: Fitted = value === undefined ? fit(candidate, schema) : { ok: true, value };
    if (!fitted.ok) return rejectFields(line, fitted.problems);
    const violation = topic.check(fitted.value, at_ms);
    return violation === undefined ? { kind: 'event', value: fitted.value } : rejectFields(line, [violation]);
  };
  checks.set(topic, check);
  return check;
}

/** The check of a topic's lines: JSON, then what it holds. */
export function lineCheck(topic: Topic): LineCheck {
  const check = valueCheck(topic);
  return (text, line, at_ms) => {
    if (text === null) return reject('line.too_long', { line, limit_bytes: longest_line_bytes });
    if (!isUtf8(text)) return reject('line.encoding', { line });
    const json = textOf(text);
    if (json === '') return empty;
    const parsed = parseJson(json);
    return parsed.why === undefined ? check(parsed.value, line, at_ms) : reject('line.json', { line, why: parsed.why });
  };
}

/** The text without a byte order mark and outer space. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    // Space at its ends goes, and a byte order mark, which counts as space.
    .trim();

function parseJson(json: string): { readonly value?: unknown; readonly why?: string } {
  try {
    const value: unknown = JSON.parse(json);
    return { value };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

function reject<C extends ErrorCode>(code: C, parameters: ErrorParameters<C> & { readonly line: number }): CheckedLine {
  const { message } = describeError(code, parameters);
  return { kind: 'rejected', rejected: { line: parameters.line, code, field: null, message } };
}

function rejectFields(line: number, problems: readonly Violation[]): CheckedLine {
  const [first, ...others] = problems;
  if (first === undefined) throw new Error('a line was refused without a reason');
  const { field, value, rule, remedy } = first;
  const { message } = describeError('line.field', { line, field, value, rule, what_to_do: remedy });
  const more = others.length === 0 ? '' : ` (also wrong: ${others.map((other) => other.field).join(', ')})`;
  return { kind: 'rejected', rejected: { line, code: 'line.field', field, message: message + more } };
}
