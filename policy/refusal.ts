/** Why a policy document is refused: the field, its value, the rule, and what to do. */
import type { z } from 'zod';
import { FlywheelError } from '../topology/errors.ts';
import { nearest } from '../topology/nearest.ts';
import { shared_sections } from './policy.ts';

/** @param namesAt what may stand at a path of the document */
export function refusalOf(
  issue: z.core.$ZodIssue,
  document: unknown,
  namesAt: (path: readonly PropertyKey[]) => readonly string[],
): FlywheelError {
  const path = issue.path.join('.');
  if (issue.code === 'invalid_key')
    return refusal(
      path,
      JSON.stringify(issue.path.at(-1)),
      issue.issues[0]?.message ?? issue.message,
      'docs/policy.md lists the limits of each field',
    );
  if (issue.code !== 'unrecognized_keys')
    return refusal(
      path,
      JSON.stringify(valueAt(document, issue.path)),
      issue.message,
      'docs/policy.md lists the limits of each field',
    );
  const [key = ''] = issue.keys;
  const names = namesAt(issue.path);
  const near = nearest(key, names);
  const field = path === '' ? key : `${path}.${key}`;
  if (issue.path[0] === 'accounts' && shared_sections.some((name) => name === key))
    return refusal(
      field,
      JSON.stringify(valueAt(document, [...issue.path, key])),
      'holds for all accounts alike',
      `write ${key} beside accounts`,
    );
  return refusal(
    field,
    JSON.stringify(valueAt(document, [...issue.path, key])),
    'is not a field of the policy',
    near === undefined ? `known are ${names.join(', ')}` : `did you mean ${near}?`,
  );
}

const valueAt = (document: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );

export const refusal = (field: string, value: string | undefined, rule: string, what_to_do: string): FlywheelError =>
  new FlywheelError('policy.invalid', { field, value: value ?? 'missing', rule, what_to_do });
