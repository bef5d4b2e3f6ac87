/** A policy as a file. */
import { readFileSync, statSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { parsePolicy } from '../policy/document.ts';
import type { WholePolicy } from '../policy/policy.ts';
import { FlywheelError } from '../topology/errors.ts';

/** The policy that a YAML or JSON file asks for. @throws FlywheelError `file.missing`, `policy.unreadable`, `policy.invalid` */
export function readPolicy(path: string): WholePolicy {
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
