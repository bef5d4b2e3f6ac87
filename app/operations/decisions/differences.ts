/** In which fields two plain values differ. */

export interface Difference {
  /** `0.value.arms.1.share`. */
  readonly field: string;
  /** Null where that side has no such field. */
  readonly before: unknown;
  readonly after: unknown;
}

/** In the order of the fields, those that only `after` has last. Objects and arrays are entered, all else compared whole. */
export function differences(before: unknown, after: unknown, field = ''): readonly Difference[] {
  if (Object.is(before, after)) return [];
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after))
    return [{ field, before: before ?? null, after: after ?? null }];
  const [old, next] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((name) =>
    differences(old.get(name), next.get(name), field === '' ? name : `${field}.${name}`),
  );
}

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;
