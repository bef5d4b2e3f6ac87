/** One text for one document: what is hashed must not depend on how a file was laid out. */

/**
 * JSON with keys sorted by UTF-16 code unit and no spaces (RFC 8785 for values that JSON can hold). Throws on what it
 * cannot: undefined, functions, numbers that are not finite.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  throw new TypeError(`canonical JSON has no ${typeof value === 'number' ? String(value) : typeof value}`);
}
