/** A policy as a file, and how it differs from another. */
import { readFileSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parse, YAMLParseError } from 'yaml';
import { parsePolicy } from '../../policy/document.ts';
import type { Policy } from '../../policy/policy.ts';
import { FlywheelError } from '../../topology/errors.ts';

/** The policy that a YAML or JSON file asks for. @throws FlywheelError `file.missing`, `policy.unreadable`, `policy.invalid` */
export function readPolicy(path: string): Policy {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) throw new FlywheelError('file.missing', { path });
  return parsePolicy(parsed(path));
}

function parsed(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw new FlywheelError('policy.unreadable', { path: line === undefined ? path : `${path}:${line}`, why });
  }
}

export interface PolicyChange {
  /** `evidence.alpha` */
  readonly field: string;
  readonly recorded: unknown;
  readonly other: unknown;
}

/** Fields in which two policies differ, in the order of the document. */
export function policyChanges(recorded: Policy, other: Policy): readonly PolicyChange[] {
  const fields = fieldsOf(other);
  return [...fieldsOf(recorded)]
    .map(([field, value]) => ({ field, recorded: value, other: fields.get(field) }))
    .filter((change) => !isDeepStrictEqual(change.recorded, change.other));
}

function fieldsOf({ version: _, ...sections }: Policy): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [section, values] of Object.entries(sections))
    for (const [name, value] of Object.entries(values)) fields.set(`${section}.${name}`, value);
  return fields;
}
