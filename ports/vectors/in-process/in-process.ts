/**
 * Vectors in the memory of the process: one block of numbers an account, searched whole, so that scores are exact. What
 * it holds is made again from the log when the process starts.
 */
import type { Named, Neighbour, Payload, Point, Query, VectorStore } from '../port.ts';
import { Chunk, most_rows, sparse } from './chunk.ts';

interface Entry {
  readonly ad_id: string;
  version: number;
  /** Row of its vector; −1 where it was taken out. */
  row: number;
  payload: Payload;
}

/** Where products are added up: a search does not wait, so there is one at a time. */
const sums = new Float64Array(most_rows);

/** Points of one account. */
class Block {
  readonly #dimensions: number;
  readonly #chunks: Chunk[] = [];
  readonly #byAd = new Map<string, Entry>();
  /** Entries by row. */
  readonly #rows: Entry[] = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
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
    if (entry.row < 0) entry.row = this.#rows.push(entry) - 1;
    this.#write(entry.row, vector);
  }

  #chunkOf(row: number): Chunk {
    const at = Math.floor(row / most_rows);
    return (this.#chunks[at] ??= new Chunk(this.#dimensions));
  }

  #write(row: number, vector: Float32Array): void {
    this.#chunkOf(row).set(row % most_rows, vector);
  }

  #read(row: number): Float32Array {
    return this.#chunkOf(row).get(row % most_rows);
  }

  /** The last row takes the place of the one that goes. */
  #remove(entry: Entry): void {
    if (entry.row < 0) return;
    const last = this.#rows.pop();
    if (last !== undefined && last !== entry) {
      this.#write(entry.row, this.#read(last.row));
      last.row = entry.row;
      this.#rows[entry.row] = last;
    }
    this.#chunks.length = Math.ceil(this.#rows.length / most_rows);
    entry.row = -1;
  }

  nearest(query: Query): readonly Neighbour[] {
    const best = new Best(query.limit);
    const vector = sparse(query.vector);
    this.#chunks.forEach((chunk, at) => {
      const from = at * most_rows;
      const rows = Math.min(most_rows, this.#rows.length - from);
      chunk.products(vector, rows, sums);
      for (let row = 0; row < rows; row++) {
        const score = sums[row] ?? 0;
        if (score < best.least) continue;
        const entry = this.#rows[from + row];
        if (entry !== undefined && matches(entry, query)) best.offer(score, entry);
      }
    });
    return best.taken.map(({ score, entry }) => {
      const { ad_id, payload, row } = entry;
      return { ad_id, score, vector: this.#read(row), payload };
    });
  }
}

const matches = ({ ad_id, payload }: Entry, { except_ad_id, format, niche, since_ms }: Query): boolean =>
  ad_id !== except_ad_id &&
  (format === undefined || payload.format === format) &&
  (niche === undefined || payload.niche === niche) &&
  (since_ms === undefined || payload.won_at_ms >= since_ms);

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

  /** Score below which nothing is taken any more. */
  get least(): number {
    return this.taken.length < this.#limit ? -Infinity : (this.taken.at(-1)?.score ?? -Infinity);
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
