/** Conjugate gradients (Hestenes & Stiefel 1952) for a symmetric positive definite system given as a product. */

export interface CgOptions {
  /** Stops when the residual's norm has fallen to this fraction of the right side's. */
  readonly tolerance: number;
  readonly most_steps: number;
}

const inner = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] ?? 0) * (b[j] ?? 0);
  return sum;
};

/** `to` += factor · `by`. */
function add(to: Float64Array, factor: number, by: Float64Array): void {
  for (let j = 0; j < to.length; j++) to[j] = (to[j] ?? 0) + factor * (by[j] ?? 0);
}

/** The x with A · x = b, where `times` is v ↦ A · v, begun at `start`. */
export function solve(
  times: (v: Float64Array) => Float64Array,
  b: Float64Array,
  start: Float64Array,
  { tolerance, most_steps }: CgOptions,
): Float64Array {
  const x = Float64Array.from(start);
  const residual = Float64Array.from(b);
  if (inner(x, x) > 0) add(residual, -1, times(x));
  const direction = Float64Array.from(residual);
  let square = inner(residual, residual);
  const enough = tolerance ** 2 * inner(b, b);
  for (let step = 0; step < most_steps && square > enough; step++) {
    const image = times(direction);
    const along = square / inner(direction, image);
    add(x, along, direction);
    add(residual, -along, image);
    const next = inner(residual, residual);
    const factor = next / square;
    for (let j = 0; j < direction.length; j++) direction[j] = (residual[j] ?? 0) + factor * (direction[j] ?? 0);
    square = next;
  }
  return x;
}
