/** What is wrong with an argument, as an error that names field, value and remedy. */
import { z } from 'zod';
import { FlywheelError } from '../../topology/errors.ts';

/** What a program printed as a value: short enough for a message. */
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'absent').slice(0, 120);

/** The part of `body` that a path leads to. */
const at = (body: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    body,
  );

const isOptional = (shape: z.core.$ZodType): boolean =>
  z.safeParse(shape, undefined).success || shape instanceof z.ZodExactOptional;

/** The fields of an argument as people read them: `topic, limit (optional)`. */
export function fieldsOf(shape: z.ZodObject): string {
  const fields = Object.entries(shape.shape).map(([field, of]) => (isOptional(of) ? `${field} (optional)` : field));
  return fields.length === 0 ? 'no arguments' : fields.join(', ');
}

/** The first thing wrong. `operation` is what the caller knows it by. */
export function complaint(operation: string, shape: z.ZodObject, body: unknown, error: z.ZodError): FlywheelError {
  const issue = error.issues[0];
  const takes = fieldsOf(shape);
  if (issue?.code === 'unrecognized_keys') {
    const field = [...issue.path, issue.keys[0] ?? ''].join('.');
    const value = shown(at(body, [...issue.path, issue.keys[0] ?? '']));
    return new FlywheelError('request.argument', { operation, field, value, why: 'it has no such field', takes });
  }
  const path = issue?.path ?? [];
  const field = path.length === 0 ? 'the argument' : path.join('.');
  const why = issue?.message ?? error.message;
  return new FlywheelError('request.argument', { operation, field, value: shown(at(body, path)), why, takes });
}

/** Parses, or throws `request.argument`. */
export function parsed<S extends z.ZodObject>(operation: string, shape: S, body: unknown): z.output<S> {
  const result = shape.safeParse(body);
  if (!result.success) throw complaint(operation, shape, body, result.error);
  return result.data;
}
