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
