/** Bodies of JSON: how deep they may be nested is looked at before they are parsed. */
import { FlywheelError } from '../../topology/errors.ts';

/** Levels of objects and lists in a body. No route takes more than a few. */
export const most_levels = 32;

const quote = 0x22;
const backslash = 0x5c;
const opens: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const closes: ReadonlySet<number> = new Set([0x7d, 0x5d]);

/** Refuses a text that is nested deeper than `limit` levels; brackets inside of strings do not count. */
export function checkDepth(body: Uint8Array, limit = most_levels): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] ?? 0;
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (opens.has(byte)) {
      if (++depth > limit) throw new FlywheelError('request.too_deep', { limit });
    } else if (closes.has(byte)) depth--;
  }
}

/** The value of a body; undefined of an empty one. @throws FlywheelError `request.body`, `request.too_deep` */
export function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  checkDepth(body);
  const text = body.toString('utf8');
  if (prototypes.test(text)) throw new FlywheelError('request.body', { why: 'it has a field __proto__' });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FlywheelError('request.body', { why: error instanceof Error ? error.message : String(error) });
  }
}

/** A field that would reach into the prototypes of objects: nobody means it. */
const prototypes = /"__proto__"\s*:/;
