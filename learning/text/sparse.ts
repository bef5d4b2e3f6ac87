/** Sparse vectors: the indices that are not zero, ascending, and their values. */

export interface SparseVector {
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** The vector of index → value. Zeros are left out. */
export function sparse(entries: ReadonlyMap<number, number>): SparseVector {
  const indices = Int32Array.from([...entries.keys()].filter((index) => (entries.get(index) ?? 0) !== 0)).sort();
  return { indices, values: Float32Array.from(indices, (index) => entries.get(index) ?? 0) };
}

/** Inner product with a dense vector. */
export function dot({ indices, values }: SparseVector, dense: Float64Array | Float32Array): number {
  let sum = 0;
  for (let k = 0; k < indices.length; k++) sum += (values[k] ?? 0) * (dense[indices[k] ?? 0] ?? 0);
  return sum;
}

/** Adds `factor` times the vector to a dense one. */
export function addTo(dense: Float64Array, { indices, values }: SparseVector, factor: number): void {
  for (let k = 0; k < indices.length; k++) {
    const index = indices[k] ?? 0;
    dense[index] = (dense[index] ?? 0) + factor * (values[k] ?? 0);
  }
}
