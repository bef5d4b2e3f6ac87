/** Symmetric positive definite matrices, as rows of numbers. */

type Rows = readonly ArrayLike<number>[];

/** Lower factor L of A = LL' (Cholesky). @throws RangeError where A is not positive definite */
export function cholesky(a: Rows): readonly Float64Array[] {
  const lower = a.map(() => new Float64Array(a.length));
  for (const [i, row] of lower.entries()) {
    for (let j = 0; j <= i; j++) {
      const other = lower[j] ?? row;
      let left = a[i]?.[j] ?? 0;
      for (let k = 0; k < j; k++) left -= (row[k] ?? 0) * (other[k] ?? 0);
      if (i === j && !(left > 0)) throw new RangeError(`row ${i} leaves ${left}: the matrix is not positive definite`);
      row[j] = i === j ? Math.sqrt(left) : left / (other[j] ?? 1);
    }
  }
  return lower;
}

/** L⁻¹ of a lower factor. */
function inverseLower(lower: readonly Float64Array[]): readonly Float64Array[] {
  const inverted = lower.map(() => new Float64Array(lower.length));
  for (const [i, row] of lower.entries()) {
    const own = inverted[i] ?? row;
    for (let k = 0; k < i; k++) {
      const factor = row[k] ?? 0;
      const above = inverted[k] ?? row;
      for (let j = 0; j <= k; j++) own[j] = (own[j] ?? 0) - factor * (above[j] ?? 0);
    }
    const diagonal = row[i] ?? 1;
    for (let j = 0; j < i; j++) own[j] = (own[j] ?? 0) / diagonal;
    own[i] = 1 / diagonal;
  }
  return inverted;
}

/** A⁻¹ and log det A. @throws RangeError where A is not positive definite */
export function inverted(a: Rows): { readonly inverse: readonly Float64Array[]; readonly log_det: number } {
  const lower = cholesky(a);
  const under = inverseLower(lower);
  const inverse = a.map(() => new Float64Array(a.length));
  for (const row of under)
    for (let i = 0; i < row.length; i++) {
      const factor = row[i] ?? 0;
      const into = inverse[i];
      if (factor === 0 || into === undefined) continue;
      for (let j = 0; j <= i; j++) into[j] = (into[j] ?? 0) + factor * (row[j] ?? 0);
    }
  for (const [i, row] of inverse.entries()) for (let j = i + 1; j < row.length; j++) row[j] = inverse[j]?.[i] ?? 0;
  return { inverse, log_det: 2 * lower.reduce((sum, row, i) => sum + Math.log(row[i] ?? 1), 0) };
}

/** A⁻¹ as rows of numbers. */
export const inverse = (a: Rows): readonly number[][] => inverted(a).inverse.map((row) => [...row]);
