/**
 * Vectors in the memory of the process: one block of numbers an account, searched whole, so that scores are exact. What
 * it holds is made again from the log when the process starts.
 */
import type { Named, Neighbour, Payload, Point, Query, VectorStore } from '../port.ts';

const first_rows = 16;

interface Entry {
  readonly ad_id: string;
  version: number;
  /** Row of its vector; −1 where it was taken out. */
  row: number;
  payload: Payload;
}

/** Points of one account. */
class Block {
  readonly #dimensions: number;
  #vectors: Float32Array;
  readonly #byAd = new Map<string, Entry>();
  /** Entries by row. */
  readonly #rows: Entry[] = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#vectors = new Float32Array(first_rows * dimensions);
  }

  get size(): number {
    return this.#rows.length;
  }

  versionOf(ad_id: string): number | undefined {
    return this.#byAd.get(ad_id)?.version;
  }

  put({ ad_id, version, vector, payload }: Point): void {
    const known = this.#byAd.get(ad_id);
    if (known !== undefined && known.version >= version) return;
    const entry = known ?? { ad_id, version, row: -1, payload };
    entry.version = version;
    entry.payload = payload;
    this.#byAd.set(ad_id, entry);
    if (vector === null) {
      this.#remove(entry);
      return;
    }
    // The row first: making one may make a larger block.
    const row = this.#rowOf(entry);
    this.#vectors.set(vector, row * this.#dimensions);
  }

  #rowOf(entry: Entry): number {
    if (entry.row >= 0) return entry.row;
    entry.row = this.#rows.length;
    this.#rows.push(entry);
    if (this.#rows.length * this.#dimensions > this.#vectors.length) {
      const grown = new Float32Array(this.#vectors.length * 2);
      grown.set(this.#vectors);
      this.#vectors = grown;
    }
    return entry.row;
  }

  /** The last row takes the place of the one that goes. */
  #remove(entry: Entry): void {
    if (entry.row < 0) return;
    const last = this.#rows.pop();
    if (last !== undefined && last !== entry) {
      const from = last.row * this.#dimensions;
      this.#vectors.copyWithin(entry.row * this.#dimensions, from, from + this.#dimensions);
      last.row = entry.row;
      this.#rows[entry.row] = last;
    }
    entry.row = -1;
  }

  nearest(query: Query): readonly Neighbour[] {
    const best = new Best(query.limit);
    const vector = sparse(query.vector);
    const vectors = this.#vectors;
    const length = this.#dimensions;
    for (let row = 0; row < this.#rows.length; row++) {
      const entry = this.#rows[row];
      if (entry === undefined || !matches(entry, query)) continue;
      best.offer(product(vectors, row * length, vector), entry);
    }
    return best.taken.map(({ score, entry }) => ({
      ad_id: entry.ad_id,
      score,
      vector: this.#vectors.slice(entry.row * length, (entry.row + 1) * length),
      payload: entry.payload,
    }));
  }
}

const matches = ({ ad_id, payload }: Entry, { except_ad_id, format, since_ms }: Query): boolean =>
  ad_id !== except_ad_id &&
  (format === undefined || payload.format === format) &&
  (since_ms === undefined || payload.won_at_ms >= since_ms);

/** A query's numbers that are not 0, and where they stand: of hashed vectors most are, and count for nothing. */
interface Sparse {
  readonly at: Int32Array;
  readonly values: Float32Array;
}

function sparse(vector: Float32Array): Sparse {
  const at = Int32Array.from(vector.keys()).filter((i) => vector[i] !== 0);
  return { at, values: Float32Array.from(at, (i) => vector[i] ?? 0) };
}

/** Product of a query with the vector that begins at `from`. Two sums side by side: a processor adds them at once. */
function product(vectors: Float32Array, from: number, { at, values }: Sparse): number {
  let even = 0;
  let odd = 0;
  const { length } = at;
  const whole = length - (length % 2);
  for (let i = 0; i < whole; i += 2) {
    even += (vectors[from + (at[i] ?? 0)] ?? 0) * (values[i] ?? 0);
    odd += (vectors[from + (at[i + 1] ?? 0)] ?? 0) * (values[i + 1] ?? 0);
  }
  if (whole < length) even += (vectors[from + (at[whole] ?? 0)] ?? 0) * (values[whole] ?? 0);
  return even + odd;
}

interface Scored {
  readonly score: number;
  readonly entry: Entry;
}

/** The best so many, best first. */
class Best {
  readonly taken: Scored[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(score: number, entry: Entry): void {
    const { taken } = this;
    const full = taken.length >= this.#limit;
    const worst = taken.at(-1);
    if (full && worst !== undefined && !isBefore({ score, entry }, worst)) return;
    if (full) taken.pop();
    let at = taken.length;
    for (let before = taken[at - 1]; before !== undefined && isBefore({ score, entry }, before); before = taken[at - 1])
      at--;
    taken.splice(at, 0, { score, entry });
  }
}

const isBefore = (a: Scored, b: Scored): boolean =>
  a.score > b.score || (a.score === b.score && a.entry.ad_id < b.entry.ad_id);

export class InProcessVectors implements VectorStore {
  readonly dimensions: number;
  readonly #blocks = new Map<string, Block>();

  constructor(dimensions: number) {
    this.dimensions = dimensions;
  }

  async upsert(points: readonly Point[]): Promise<void> {
    for (const point of points) if (point.vector !== null) this.#check(point.vector);
    for (const point of points) {
      const block = this.#blocks.get(point.account_id) ?? new Block(this.dimensions);
      this.#blocks.set(point.account_id, block);
      block.put(point);
    }
  }

  absent<N extends Named>(named: readonly N[]): Promise<readonly N[]> {
    const known = ({ account_id, ad_id }: Named): number =>
      this.#blocks.get(account_id)?.versionOf(ad_id) ?? Number.NEGATIVE_INFINITY;
    return Promise.resolve(named.filter((one) => known(one) < one.version));
  }

  async search(query: Query): Promise<readonly Neighbour[]> {
    this.#check(query.vector);
    return this.#blocks.get(query.account_id)?.nearest(query) ?? [];
  }

  count(account_id: string): Promise<number> {
    return Promise.resolve(this.#blocks.get(account_id)?.size ?? 0);
  }

  #check(vector: Float32Array): void {
    if (vector.length !== this.dimensions)
      throw new Error(`a vector of ${vector.length} numbers does not fit into a store of ${this.dimensions}`);
  }
}
