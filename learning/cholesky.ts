/** Cholesky factors of symmetric positive definite matrices, row by row in one array. */

/** Lower factor L of A = L·Lᵀ; `size` rows. Throws where A is not positive definite. */
export function cholesky(a: ArrayLike<number>, size: number): Float64Array {
  const l = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (l[i * size + k] ?? 0) * (l[j * size + k] ?? 0);
      if (i !== j) l[i * size + j] = sum / (l[j * size + j] ?? 1);
      else if (sum > 0) l[i * size + i] = Math.sqrt(sum);
      else throw new Error(`the matrix is not positive definite at row ${i}`);
    }
  return l;
}

/** x of L·Lᵀ·x = b. */
export function solve(l: Float64Array, b: ArrayLike<number>, size: number): Float64Array {
  const x = Float64Array.from({ length: size }, (_, i) => b[i] ?? 0);
  for (let i = 0; i < size; i++) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (l[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (l[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < size; k++) sum -= (l[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (l[i * size + i] ?? 1);
  }
  return x;
}

/** Diagonal of (L·Lᵀ)⁻¹: column sums of squares of L⁻¹. */
export function inverseDiagonal(l: Float64Array, size: number): Float64Array {
  const diagonal = new Float64Array(size);
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    let sum = 0;
    for (let i = j; i < size; i++) {
      let value = i === j ? 1 : 0;
      for (let k = j; k < i; k++) value -= (l[i * size + k] ?? 0) * (column[k] ?? 0);
      column[i] = value / (l[i * size + i] ?? 1);
      sum += (column[i] ?? 0) ** 2;
    }
    diagonal[j] = sum;
  }
  return diagonal;
}

/** log |L·Lᵀ|. */
export function logDeterminant(l: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.log(l[i * size + i] ?? 1);
  return 2 * sum;
}
