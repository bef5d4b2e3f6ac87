/**
 * What is known of one partition of a topic: where it begins and ends, and the records read last, which several groups
 * of one process read one after the other.
 */
import type { EngineError } from '../../errors.ts';
import type { LogRange, LogRecord } from '../../ports.ts';
import type { Fetched } from './fetcher.ts';
import type { Hole } from '../wire/decode-batches.ts';

interface Chunk {
  /** Offsets that it answers for: some records between may be compacted away. */
  readonly from: number;
  readonly to: number;
  readonly records: readonly LogRecord[];
  readonly bytes: number;
}

/** Holes that are remembered; those that were met longest ago are forgotten, and found again where they are needed. */
const most_holes = 256;

/** Bytes of a record beside its value, about. */
const record_overhead = 200;

export class Place {
  readonly topic: string;
  readonly partition: number;
  start = 0;
  /** Next offset to be written, as far as is known. */
  end = 0;
  /** Where a followed partition is read on: what comes before it was told, what comes from it on is told as it comes. */
  told = 0;
  /** Whether start and end were asked for. */
  known = false;
  /** Somebody read up to its end: what comes next is fetched as it comes. */
  followed = false;
  /** The log does not hold what should come next. */
  broken: EngineError | undefined;
  readonly #most_bytes: number;
  #chunks: Chunk[] = [];
  #bytes = 0;
  /** Where each that is known ends, by where it begins. */
  readonly #holes = new Map<number, number>();

  constructor(topic: string, partition: number, most_bytes: number) {
    this.topic = topic;
    this.partition = partition;
    this.#most_bytes = most_bytes;
  }

  /** The brokers were asked: what this process wrote meanwhile may lie behind the end that they gave. */
  asked({ start, end }: LogRange): void {
    if (this.followed) return;
    this.start = start;
    this.end = Math.max(this.end, end);
    this.known = true;
  }

  /**
   * From now on what comes from an offset on is fetched as it comes and told. The end stays where it is: what this
   * process wrote up to there is read by whoever looks, also before it was told.
   */
  followFrom(told: number): void {
    if (this.followed) return;
    this.told = told;
    this.followed = true;
  }

  /** Keeps what was fetched at `from`; `to` is the offset after the last record. The oldest is dropped for it. */
  keep(from: number, to: number, records: readonly LogRecord[]): void {
    const bytes = records.reduce((sum, { value }) => sum + value.length + record_overhead, 0);
    this.#chunks.push({ from, to, records, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#most_bytes && this.#chunks.length > 1) this.#bytes -= this.#chunks.shift()?.bytes ?? 0;
  }

  /** What was fetched where it is read on, of which some may have come already; gives what had not. */
  came({ start, next, records, holes }: Fetched): readonly LogRecord[] {
    this.start = start;
    this.noteHoles(holes);
    if (next <= this.told) return [];
    const fresh = records.filter(({ offset }) => offset >= this.told);
    this.keep(this.told, next, fresh);
    this.told = next;
    this.end = Math.max(this.end, next);
    return fresh;
  }

  noteHoles(holes: readonly Hole[]): void {
    for (const { from, to } of holes) {
      this.#holes.delete(from);
      this.#holes.set(from, to);
      const [first] = this.#holes.keys();
      if (this.#holes.size > most_holes && first !== undefined) this.#holes.delete(first);
    }
  }

  /** The first offset from this one on that may hold something, as far as is known. */
  past(offset: number): number {
    if (this.#holes.size === 0) return offset;
    let at = offset;
    for (let to = this.#holes.get(at); to !== undefined; to = this.#holes.get(at)) at = to;
    return at;
  }

  /** Nobody needs what is before this offset. */
  release(needed: number): void {
    if (!this.#chunks.some(({ to }) => to <= needed)) return;
    this.#chunks = this.#chunks.filter(({ to }) => to > needed);
    this.#bytes = this.#chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Records from `offset` on that are at hand, at most so many; undefined where none is kept that answers for it. */
  at(offset: number, max_records: number): readonly LogRecord[] | undefined {
    for (let i = this.#chunks.length - 1; i >= 0; i--) {
      const chunk = this.#chunks[i];
      if (chunk === undefined || offset < chunk.from || offset >= chunk.to) continue;
      const first = firstFrom(chunk.records, offset);
      // Only compacted offsets are left of this chunk: the next one is asked.
      if (first === chunk.records.length) return undefined;
      return first === 0 && chunk.records.length <= max_records
        ? chunk.records
        : chunk.records.slice(first, first + max_records);
    }
    return undefined;
  }
}

/** Index of the first record at or after an offset. */
function firstFrom(records: readonly LogRecord[], offset: number): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The places of a log, each made when it is first asked for. */
export class Places {
  readonly #most_bytes: number;
  readonly #places = new Map<string, Place>();

  /** @param most_bytes of records that are kept of each */
  constructor(most_bytes: number) {
    this.#most_bytes = most_bytes;
  }

  of(topic: string, partition: number): Place {
    const key = `${topic}|${partition}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = new Place(topic, partition, this.#most_bytes);
    this.#places.set(key, place);
    return place;
  }

  all(): readonly Place[] {
    return [...this.#places.values()];
  }
}

/** Records by the place that they belong to, in their order. */
export function byPlace(
  records: readonly LogRecord[],
  placeOf: (topic: string, partition: number) => Place,
): ReadonlyMap<Place, readonly LogRecord[]> {
  const places = new Map<Place, LogRecord[]>();
  for (const record of records) {
    const place = placeOf(record.topic, record.partition);
    const own = places.get(place) ?? [];
    own.push(record);
    places.set(place, own);
  }
  return places;
}
