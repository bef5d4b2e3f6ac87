/**
 * Trace context (W3C, as OpenTelemetry carries it): what a traced event causes belongs to its trace. The id of each step
 * comes from its name, so that a redo names the same span, and nothing is drawn at random.
 */
import { createHash } from 'node:crypto';
import { nameOf, type CauseName, type LogRecord } from './ports.ts';

export const trace_header = 'traceparent';
/** What other systems say beside it; carried as it is. */
const state_header = 'tracestate';

const form = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** `traceparent` of a record; undefined where it has none, or one that is malformed. */
export function traceOf(record: Pick<LogRecord, 'headers'>): string | undefined {
  const bytes = record.headers?.[trace_header];
  if (bytes === undefined) return undefined;
  const text = decoder.decode(bytes);
  return form.test(text) ? text : undefined;
}

/** `traceparent` of what `cause` caused under this name; undefined where the cause is not traced. */
export function childTrace(cause: LogRecord, name: CauseName): string | undefined {
  const [, trace, flags] = form.exec(traceOf(cause) ?? '') ?? [];
  if (trace === undefined || flags === undefined) return undefined;
  const span = createHash('sha256').update(nameOf(name)).digest('hex').slice(0, 16);
  return `00-${trace}-${span}-${flags}`;
}

/** Headers of an event that `cause` caused; empty where the cause is not traced. */
export function traceHeaders(cause: LogRecord, name: CauseName): { headers?: Readonly<Record<string, Uint8Array>> } {
  const trace = childTrace(cause, name);
  if (trace === undefined) return {};
  const state = cause.headers?.[state_header];
  return {
    headers: { [trace_header]: encoder.encode(trace), ...(state === undefined ? {} : { [state_header]: state }) },
  };
}
