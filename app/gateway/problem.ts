/** Errors as HTTP says them: problem documents (RFC 9457), with the code, the field and the remedy as members. */
import { EngineError } from '../../engine/errors.ts';
import {
  describeError,
  endingOf,
  errorClasses,
  errors,
  FlywheelError,
  type ErrorEntry,
} from '../../topology/errors.ts';

export const problem_type = 'application/problem+json';

export interface Problem {
  /** Names the kind of error; the same for every occurrence. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly field: string | null;
  /** What was found there, printed and cut. */
  readonly value: string | null;
  readonly remedy: string | null;
}

const entryOf = (code: string): ErrorEntry | undefined => {
  const known: Readonly<Record<string, ErrorEntry>> = errors;
  return Object.hasOwn(known, code) ? known[code] : undefined;
};

const most_value = 200;

interface Found {
  readonly field: string | null;
  readonly value: string | null;
}

function problem(
  code: string,
  detail: string,
  remedy: string | null,
  { field, value }: Found = { field: null, value: null },
): Problem {
  const entry = entryOf(code);
  const { status } = entry === undefined ? errorClasses.internal : endingOf(entry);
  const title = entry === undefined ? errorClasses.internal.description : errorClasses[entry.class].description;
  return {
    type: `urn:flywheel:error:${code}`,
    title,
    status,
    detail,
    code,
    field,
    value: value?.slice(0, most_value) ?? null,
    remedy,
  };
}

const ofFlywheel = (error: FlywheelError): Problem => problem(error.code, error.what, error.remedy, error);

/** What the HTTP layer itself refuses, in our words; undefined where it is not that layer's. */
function ofTransport(error: Error, limit_bytes: number): FlywheelError | undefined {
  const code: unknown = Reflect.get(error, 'code');
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new FlywheelError('request.too_large', { limit: limit_bytes });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new FlywheelError('request.media_type', { type: /: (.*)$/.exec(error.message)?.[1] ?? 'absent' });
  const status: unknown = Reflect.get(error, 'statusCode');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new FlywheelError('request.body', { why: error.message });
  return undefined;
}

/** What an error means to whoever asked. An error that nobody foresaw tells its message, not its stack. */
export function problemOf(error: unknown, limit_bytes: number): Problem {
  if (error instanceof FlywheelError) return ofFlywheel(error);
  if (error instanceof EngineError) {
    const { message, remedy, code } = error;
    return problem(code, message.endsWith(`; ${remedy}`) ? message.slice(0, -remedy.length - 2) : message, remedy);
  }
  const transport = error instanceof Error ? ofTransport(error, limit_bytes) : undefined;
  if (transport !== undefined) return ofFlywheel(transport);
  return problem('unexpected', error instanceof Error ? error.message : String(error), 'see the log of the engine');
}

/** The page that stands in for the one that is not built. */
export function missingPage(path: string): string {
  const { what, remedy } = describeError('page.missing', { path });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Flywheel</title><h1>${escape(what)}</h1><p>${escape(remedy)}</p></html>\n`;
}

const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
