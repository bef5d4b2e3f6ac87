/** The matrix of all headlines of all blocks, scaled, as the two products that solvers need. */
import { addTo, dot, type SparseVector } from '../text/sparse.ts';
import type { Block } from './contest.ts';

export interface Design {
  readonly rows: readonly SparseVector[];
  /** First row of each block, and the number of rows at the end. */
  readonly starts: Int32Array;
  /** Factor of each feature. */
  readonly scales: Float64Array;
}

export function design(blocks: readonly Block[], scales: Float64Array): Design {
  const starts = new Int32Array(blocks.length + 1);
  blocks.forEach(({ vectors }, k) => (starts[k + 1] = (starts[k] ?? 0) + vectors.length));
  return { rows: blocks.flatMap(({ vectors }) => vectors), starts, scales };
}

/** Element by element product, into a new vector. */
export const scaled = (values: Float64Array, scales: Float64Array): Float64Array =>
  values.map((value, j) => value * (scales[j] ?? 0));

/** X · v: a score for each row. */
export function scores({ rows, scales }: Design, v: Float64Array): Float64Array {
  const dense = scaled(v, scales);
  return Float64Array.from(rows, (row) => dot(row, dense));
}

/** Xᵀ · u. */
export function transposed({ rows, scales }: Design, u: Float64Array): Float64Array {
  const sum = new Float64Array(scales.length);
  rows.forEach((row, i) => {
    const factor = u[i] ?? 0;
    if (factor !== 0) addTo(sum, row, factor);
  });
  for (let j = 0; j < sum.length; j++) sum[j] = (sum[j] ?? 0) * (scales[j] ?? 0);
  return sum;
}
