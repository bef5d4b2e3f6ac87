/** Sub-records of several kinds under one group. */

interface Kinded {
  readonly kind: string;
}
type OfKind<P extends Kinded, K extends P['kind']> = Extract<P, { readonly kind: K }>;

/** The part of a kind under a name; undefined where there is none, or one of another kind. */
export function partOf<P extends Kinded, K extends P['kind']>(
  parts: ReadonlyMap<string, P>,
  name: string,
  kind: K,
): OfKind<P, K> | undefined {
  const part = parts.get(name);
  return part !== undefined && isOf<P, K>(part, kind) ? part : undefined;
}

const isOf = <P extends Kinded, K extends P['kind']>(part: P, kind: K): part is OfKind<P, K> & P => part.kind === kind;

/**
 * A part as it was stored under an earlier version: its kind is one of today's, what else it has is for the upcast to see.
 * @throws Error where it has no kind
 */
export function storedPart<P extends Kinded>(stored: unknown): P {
  if (!hasKind<P>(stored)) throw new Error('field kind is no text');
  return stored;
}

const hasKind = <P extends Kinded>(stored: unknown): stored is P =>
  typeof stored === 'object' && stored !== null && typeof Reflect.get(stored, 'kind') === 'string';
