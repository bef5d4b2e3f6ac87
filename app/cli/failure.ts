/** Turns any error into what to print (what happened, what to do) and how to end. */
import { errorClasses, errors, FlywheelError, type ErrorClass, type ErrorEntry } from '../../topology/errors.ts';
import { anchorOf } from '../../topology/error-docs.ts';
import { EngineError } from '../../engine/errors.ts';
import { RemoteError } from '../operations/remote.ts';
import { exit_codes } from './exit-codes.ts';
import type { Output } from './output.ts';

export interface Failure {
  readonly exit: number;
  readonly code: string;
  readonly what: string;
  readonly remedy: string | null;
}

/** How an error of this code ends; a code the registry does not know is a defect of ours. */
export function classOf(code: string): ErrorClass {
  const known: Readonly<Record<string, ErrorEntry>> = errors;
  const entry = known[code];
  return entry === undefined ? errorClasses.internal : errorClasses[entry.class];
}

/** What an error means to the person at the terminal. */
export function failureOf(error: unknown): Failure {
  if (error instanceof FlywheelError)
    return { exit: error.ending.exit, code: error.code, what: error.what, remedy: error.remedy };
  if (error instanceof EngineError || error instanceof RemoteError) {
    const what = error.message.endsWith(`; ${error.remedy}`)
      ? error.message.slice(0, -error.remedy.length - 2)
      : error.message;
    const exit =
      error instanceof RemoteError && error.code === 'engine.unreachable'
        ? exit_codes.unavailable
        : classOf(error.code).exit;
    return { exit, code: error.code, what, remedy: error.remedy };
  }
  return {
    exit: exit_codes.internal,
    code: 'unexpected',
    what: error instanceof Error ? error.message : String(error),
    remedy: null,
  };
}

/** Prints a failure to stderr. The stack only where nobody foresaw the error. Returns the exit code. */
export function printFailure(out: Output, error: unknown): number {
  const { exit, code, what, remedy } = failureOf(error);
  out.note(`${out.colour.red('error')}  ${what}`);
  if (remedy !== null) out.note(`${out.colour.dim('do')}     ${remedy}`);
  if (code in errors) out.note(out.colour.dim(`see    docs/errors.md#${anchorOf(code)}`));
  if (code === 'unexpected' && error instanceof Error && error.stack !== undefined)
    out.note(out.colour.dim(error.stack));
  return exit;
}
