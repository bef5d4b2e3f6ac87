/**
 * Some vectors, one dimension after the other: a search reads the dimensions of which its query is not 0 from end to
 * end, and no others. Vectors one after the other took two to three times as long.
 */

/** A query's numbers that are not 0, and where they stand: of hashed vectors most are, and count for nothing. */
export interface Sparse {
  readonly at: Int32Array;
  readonly values: Float32Array;
}

export function sparse(vector: Float32Array): Sparse {
  const at = Int32Array.from(vector.keys()).filter((i) => vector[i] !== 0);
  return { at, values: Float32Array.from(at, (i) => vector[i] ?? 0) };
}

/** Vectors that a chunk holds at most: their sums stay near the processor while they are added up. */
export const most_rows = 1_024;
const first_rows = 16;

export class Chunk {
  readonly #dimensions: number;
  #capacity = first_rows;
  #numbers: Float32Array;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#numbers = new Float32Array(dimensions * first_rows);
  }

  /** @param row below `most_rows` */
  set(row: number, vector: Float32Array): void {
    while (row >= this.#capacity) this.#grow();
    for (let d = 0; d < this.#dimensions; d++) this.#numbers[d * this.#capacity + row] = vector[d] ?? 0;
  }

  get(row: number): Float32Array {
    return Float32Array.from({ length: this.#dimensions }, (_, d) => this.#numbers[d * this.#capacity + row] ?? 0);
  }

  #grow(): void {
    const before = this.#capacity;
    const grown = new Float32Array(this.#numbers.length * 2);
    for (let d = 0; d < this.#dimensions; d++)
      grown.set(this.#numbers.subarray(d * before, (d + 1) * before), d * 2 * before);
    this.#capacity = 2 * before;
    this.#numbers = grown;
  }

  /** Writes the products of a query with the first `rows` vectors into `sums`. */
  products({ at, values }: Sparse, rows: number, sums: Float64Array): void {
    sums.fill(0, 0, rows);
    const capacity = this.#capacity;
    const numbers = this.#numbers;
    const whole = at.length - (at.length % 4);
    // Four at a time: a sum is read and written once for all of them.
    for (let i = 0; i < whole; i += 4) {
      const [a, b, c, d] = [at[i] ?? 0, at[i + 1] ?? 0, at[i + 2] ?? 0, at[i + 3] ?? 0];
      const [p, q, r, s] = [values[i] ?? 0, values[i + 1] ?? 0, values[i + 2] ?? 0, values[i + 3] ?? 0];
      addFour(numbers, [a * capacity, b * capacity, c * capacity, d * capacity], [p, q, r, s], rows, sums);
    }
    for (let i = whole; i < at.length; i++) addOne(numbers, (at[i] ?? 0) * capacity, values[i] ?? 0, rows, sums);
  }
}

type Four = readonly [number, number, number, number];

function addFour(
  numbers: Float32Array,
  [a, b, c, d]: Four,
  [p, q, r, s]: Four,
  rows: number,
  sums: Float64Array,
): void {
  for (let i = 0; i < rows; i++)
    sums[i] =
      (sums[i] ?? 0) +
      p * (numbers[a + i] ?? 0) +
      q * (numbers[b + i] ?? 0) +
      r * (numbers[c + i] ?? 0) +
      s * (numbers[d + i] ?? 0);
}

function addOne(numbers: Float32Array, from: number, value: number, rows: number, sums: Float64Array): void {
  for (let i = 0; i < rows; i++) sums[i] = (sums[i] ?? 0) + value * (numbers[from + i] ?? 0);
}
