/**
 * Leading singular vectors of a sparse square matrix by randomised subspace iteration (Halko, Martinsson & Tropp,
 * "Finding structure with randomness", SIAM Review 2011). Deterministic from its seed.
 */
import { generator, normal } from '../numeric.ts';
import type { Triples } from './cooccurrence.ts';

const oversampling = 12;
const iterations = 4;

/** M · Q, with Q of `k` columns row by row. */
function times({ size, rows, columns, values }: Triples, q: Float64Array, k: number): Float64Array {
  const product = new Float64Array(size * k);
  for (let e = 0; e < values.length; e++) {
    const to = (rows[e] ?? 0) * k;
    const from = (columns[e] ?? 0) * k;
    const value = values[e] ?? 0;
    for (let c = 0; c < k; c++) product[to + c] = (product[to + c] ?? 0) + value * (q[from + c] ?? 0);
  }
  return product;
}

/** Share of a column below which it is taken to be spanned by others. */
const rounding = 1e-9;

const length = (column: Float64Array): number => Math.sqrt(column.reduce((sum, x) => sum + x * x, 0));

/** Columns made orthonormal in place by modified Gram–Schmidt (dependent ones zero), on their transpose so that memory is read in order. */
function orthonormal(y: Float64Array, size: number, k: number): Float64Array {
  const columns = Array.from({ length: k }, (_, c) => Float64Array.from({ length: size }, (_, i) => y[i * k + c] ?? 0));
  columns.forEach((column, c) => {
    const before = length(column);
    for (let p = 0; p < c; p++) {
      const earlier = columns[p] ?? column;
      let inner = 0;
      for (let i = 0; i < size; i++) inner += (column[i] ?? 0) * (earlier[i] ?? 0);
      for (let i = 0; i < size; i++) column[i] = (column[i] ?? 0) - inner * (earlier[i] ?? 0);
    }
    const after = length(column);
    // What is left of a column that the earlier ones span is rounding, which points anywhere.
    const factor = after > rounding * before ? 1 / after : 0;
    for (let i = 0; i < size; i++) {
      column[i] = (column[i] ?? 0) * factor;
      y[i * k + c] = column[i] ?? 0;
    }
  });
  return y;
}

/** Rows of U · Σ^½ to the given number of dimensions, row by row: a vector for each word. */
export function leadingVectors(matrix: Triples, dimensions: number, seed: number): Float32Array {
  const { size } = matrix;
  const k = dimensions + oversampling;
  const random = generator(seed);
  let q: Float64Array = Float64Array.from({ length: size * k }, () => normal(random));
  for (let i = 0; i < iterations; i++) q = orthonormal(times(matrix, q, k), size, k);
  const image = times(matrix, q, k);
  const vectors = new Float32Array(size * dimensions);
  for (let c = 0; c < dimensions; c++) {
    let square = 0;
    for (let i = 0; i < size; i++) square += (image[i * k + c] ?? 0) ** 2;
    const root = Math.sqrt(Math.sqrt(square));
    for (let i = 0; i < size; i++) vectors[i * dimensions + c] = (q[i * k + c] ?? 0) * root;
  }
  return vectors;
}
