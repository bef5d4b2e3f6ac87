/** Values with fields as a table: which columns tell rows apart, and what all of them share. */

export type Value = Readonly<Record<string, unknown>>;

export interface Grid {
  /** Fields that differ between rows, in the order they first appear. */
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  /** Fields that are the same in all rows. */
  readonly shared: readonly { readonly name: string; readonly value: string | number }[];
}

const isScalar = (value: unknown): value is string | number => typeof value === 'number' || typeof value === 'string';

/** Scalar fields of `values`, those in `left_out` apart. One row shares nothing: all its fields are columns. */
export function gridOf(values: readonly Value[], left_out: ReadonlySet<string>): Grid {
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))].filter(
    (name) => !left_out.has(name) && values.some((value) => isScalar(value[name])),
  );
  const columns: { name: string; numeric: boolean }[] = [];
  const shared: { name: string; value: string | number }[] = [];
  for (const name of names) {
    const [first] = values.map((value) => value[name]);
    if (values.length > 1 && isScalar(first) && values.every((value) => value[name] === first))
      shared.push({ name, value: first });
    else columns.push({ name, numeric: values.every((value) => typeof value[name] !== 'string') });
  }
  return { columns, shared };
}

/** "spend_minor" → "spend", "window_start_ms" → "window start": the unit stands with the value. */
export const fieldWords = (name: string): string =>
  name === 'e_value' || name.endsWith('_e_value')
    ? name.replace('e_value', 'e-value').replaceAll('_', ' ')
    : name.replace(/_(ms|minor)$/, '').replaceAll('_', ' ');

/** Lists of values within a value, by field: the arms of a split, the blocks of a proof. */
export function listsIn(value: Value): readonly { readonly name: string; readonly rows: readonly Value[] }[] {
  return Object.entries(value).flatMap(([name, field]) => {
    if (!Array.isArray(field) || field.length === 0) return [];
    const rows = field.filter((row): row is Value => typeof row === 'object' && row !== null && !Array.isArray(row));
    return rows.length === field.length ? [{ name, rows }] : [];
  });
}
