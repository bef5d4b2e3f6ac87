/** The log in LMDB. What one append adds to one partition is one value (a chunk), read and written whole. */
import { EngineError } from '../errors.ts';
import type { Clock, Log, LogRange, LogRecord, NewRecord } from '../ports.ts';
import { encodeChunk, decodeChunk, logRecord } from './chunk.ts';
import { chunkKey, chunkOffset, partitionKey } from './keys.ts';
import type { Store } from './store.ts';

/**
 * Decoded records of a partition that are kept for the other groups that read them: those of a large batch. Fewer, and
 * groups that lag would each decode again what the others have pushed out.
 */
const cached_per_partition = 16_384;

const nothing: LogRange = { start: 0, end: 0 };

interface Partition {
  readonly id: number;
  range: { start: number; end: number };
}

export class LmdbLog implements Log {
  readonly partitions: number;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #topics = new Map<string, number>();
  /** By topic and partition: asked for too often to put both into one name each time. */
  readonly #ranges = new Map<string, Map<number, Partition>>();
  readonly #listeners = new Set<(appended: readonly LogRecord[]) => void>();
  /** Recent chunks by place and base offset. */
  readonly #chunks = new Map<string, readonly LogRecord[]>();
  #chunk_records = 0;

  constructor(store: Store, partitions: number, clock: Clock) {
    this.#store = store;
    this.partitions = partitions;
    this.#clock = clock;
    this.#readTopics();
    store.onAbort(() => {
      this.#ranges.clear();
      this.#chunks.clear();
      this.#chunk_records = 0;
      this.#topics.clear();
      this.#readTopics();
    });
  }

  #readTopics(): void {
    for (const { key, value } of this.#store.meta.getRange({ start: 'topic:', end: 'topic;' }))
      this.#topics.set(key.slice('topic:'.length), Number(value));
  }

  /** Topics that have ever been written. */
  topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  /** Undefined while the topic has never been written: ids are given, and stored, with the first append. */
  #partition(topic: string, partition: number): Partition | undefined {
    const found = this.#ranges.get(topic)?.get(partition);
    if (found !== undefined) return found;
    const id = this.#topics.get(topic);
    if (id === undefined) return undefined;
    const stored = { id, range: this.#stored(id, partition, topic) };
    const of_topic = this.#ranges.get(topic) ?? new Map<number, Partition>();
    this.#ranges.set(topic, of_topic.set(partition, stored));
    return stored;
  }

  /** The partition, its topic registered in the transaction under way where it is new. */
  #partitionToWrite(topic: string, partition: number): Partition {
    if (!this.#topics.has(topic)) {
      const id = Math.max(0, ...this.#topics.values()) + 1;
      this.#topics.set(topic, id);
      this.#store.meta.putSync(`topic:${topic}`, String(id));
    }
    return this.#partition(topic, partition) ?? { id: 0, range: { start: 0, end: 0 } };
  }

  #stored(id: number, partition: number, topic: string): { start: number; end: number } {
    const bounds = { start: partitionKey(id, partition), end: chunkKey(id, partition, 0xffffffffffff) };
    const [first] = this.#store.log.getKeys({ ...bounds, limit: 1 });
    const [last] = this.#store.log.getRange({ start: bounds.end, end: bounds.start, reverse: true, limit: 1 });
    if (first === undefined || last === undefined) {
      return { start: 0, end: 0 };
    }
    const base = chunkOffset(last.key);
    return { start: chunkOffset(first), end: endOf(decodeChunk(last.value, topic, partition, base), base) };
  }

  range(topic: string, partition: number): LogRange {
    return this.#partition(topic, partition)?.range ?? nothing;
  }

  read(topic: string, partition: number, offset: number, max_records: number): readonly LogRecord[] {
    const place = this.#partition(topic, partition);
    if (place === undefined || offset >= place.range.end) return [];
    const { id, range } = place;
    const from = Math.max(offset, range.start);
    let records: readonly LogRecord[] | undefined;
    for (let at = from; at < range.end && (records?.length ?? 0) < max_records;) {
      const chunk = this.#chunkAt(topic, partition, id, at);
      if (chunk === undefined) break;
      const rest = fromOffset(chunk, at);
      records = records === undefined ? rest : records.concat(rest);
      at = (chunk[chunk.length - 1]?.offset ?? at) + 1;
    }
    return records === undefined ? [] : records.length > max_records ? records.slice(0, max_records) : records;
  }

  /** The chunk that holds `offset`, or the next one where compaction took it. */
  #chunkAt(topic: string, partition: number, id: number, offset: number): readonly LogRecord[] | undefined {
    const exact = this.#load(topic, partition, id, offset);
    if (exact !== undefined) return exact;
    const [before] = this.#store.log.getKeys({
      start: chunkKey(id, partition, offset),
      end: partitionKey(id, partition),
      reverse: true,
      limit: 1,
    });
    const base = before === undefined ? undefined : chunkOffset(before);
    const chunk = base === undefined ? undefined : this.#load(topic, partition, id, base);
    if (chunk !== undefined && (chunk[chunk.length - 1]?.offset ?? -1) >= offset) return chunk;
    const [after] = this.#store.log.getKeys({
      start: chunkKey(id, partition, offset),
      end: chunkKey(id, partition, 0xffffffffffff),
      limit: 1,
    });
    return after === undefined ? undefined : this.#load(topic, partition, id, chunkOffset(after));
  }

  #load(topic: string, partition: number, id: number, base: number): readonly LogRecord[] | undefined {
    const place = `${topic}|${partition}|${base}`;
    const cached = this.#chunks.get(place);
    if (cached !== undefined) return cached;
    const bytes = this.#store.log.get(chunkKey(id, partition, base));
    if (bytes === undefined) return undefined;
    const records = decodeChunk(bytes, topic, partition, base);
    this.#remember(place, records);
    return records;
  }

  #remember(place: string, records: readonly LogRecord[]): void {
    this.#chunks.set(place, records);
    this.#chunk_records += records.length;
    for (const [oldest, { length }] of this.#chunks) {
      if (this.#chunk_records <= cached_per_partition * this.partitions) break;
      this.#chunks.delete(oldest);
      this.#chunk_records -= length;
    }
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return;
    const appended_ms = this.#clock.now_ms();
    let appended: readonly LogRecord[] = [];
    await this.#store.write(() => {
      appended = this.appendNow(records, appended_ms);
    });
    this.announce(appended);
  }

  /** Appends of one turn are one transaction; each is stamped when it is asked for, so that they keep their order. */
  async appendFrom(source: string, position: string, records: readonly NewRecord[]): Promise<void> {
    const appended_ms = this.#clock.now_ms();
    let appended: readonly LogRecord[] = [];
    await this.#store.write(() => {
      this.#store.meta.putSync(`source:${source}`, position);
      appended = this.appendNow(records, appended_ms);
    });
    this.announce(appended);
  }

  position(source: string): Promise<string | undefined> {
    return Promise.resolve(this.#store.meta.get(`source:${source}`));
  }

  /** Sources that have ever appended, with where they stand. */
  positions(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const { key, value } of this.#store.meta.getRange({ start: 'source:', end: 'source;' }))
      found.set(key.slice('source:'.length), value);
    return found;
  }

  /** Appends inside the transaction under way. What it returns is announced once that is on disk. */
  appendNow(records: readonly NewRecord[], appended_ms: number = this.#clock.now_ms()): readonly LogRecord[] {
    const byPlace = new Map<string, NewRecord[]>();
    for (const record of records) {
      const place = `${record.topic}|${record.partition}`;
      const same = byPlace.get(place);
      if (same === undefined) byPlace.set(place, [record]);
      else same.push(record);
    }
    const appended: LogRecord[] = [];
    for (const together of byPlace.values()) appended.push(...this.#appendChunk(together, appended_ms));
    return appended;
  }

  #appendChunk(records: readonly NewRecord[], appended_ms: number): readonly LogRecord[] {
    const [{ topic, partition } = { topic: '', partition: 0 }] = records;
    if (partition >= this.partitions)
      throw new EngineError(
        'topic.unknown',
        `${topic} has no partition ${partition}`,
        `use 0 to ${this.partitions - 1}`,
      );
    const place = this.#partitionToWrite(topic, partition);
    const base = place.range.end;
    this.#store.log.putSync(chunkKey(place.id, partition, base), encodeChunk(records, appended_ms));
    place.range = { start: place.range.start, end: base + records.length };
    const stored = records.map((record, i) => logRecord(record, base + i, appended_ms));
    this.#remember(`${topic}|${partition}|${base}`, stored);
    return stored;
  }

  /** Base offsets of a partition's chunks from `from` on, with when each was appended and how many records it has. */
  *chunks(
    topic: string,
    partition: number,
    from: number,
  ): Generator<{ readonly base: number; readonly records: readonly LogRecord[] }> {
    const place = this.#partition(topic, partition);
    if (place === undefined) return;
    for (let at = Math.max(from, place.range.start); at < place.range.end;) {
      const records = this.#chunkAt(topic, partition, place.id, at);
      const base = records?.[0]?.offset;
      if (records === undefined || base === undefined) return;
      yield { base: this.#baseOf(place.id, partition, base), records };
      at = endOf(records, base);
    }
  }

  #baseOf(id: number, partition: number, offset: number): number {
    const [key] = this.#store.log.getKeys({
      start: chunkKey(id, partition, offset),
      end: partitionKey(id, partition),
      reverse: true,
      limit: 1,
    });
    return key === undefined ? offset : chunkOffset(key);
  }

  /** Removes whole chunks, by base offset, inside the transaction under way. The last one of a partition must stay. */
  removeNow(topic: string, partition: number, bases: readonly number[]): void {
    const place = this.#partition(topic, partition);
    if (place === undefined) return;
    for (const base of bases) {
      this.#store.log.removeSync(chunkKey(place.id, partition, base));
      this.#forget(`${topic}|${partition}|${base}`);
    }
    const [first] = this.#store.log.getKeys({
      start: partitionKey(place.id, partition),
      end: chunkKey(place.id, partition, 0xffffffffffff),
      limit: 1,
    });
    if (first !== undefined) place.range = { start: chunkOffset(first), end: place.range.end };
  }

  /** Puts what compaction left of a chunk in its place, inside the transaction under way. */
  replaceNow(topic: string, partition: number, base: number, records: readonly LogRecord[]): void {
    const place = this.#partition(topic, partition);
    const [first] = records;
    if (place === undefined || first === undefined) return;
    const bytes = encodeChunk(
      records,
      first.appended_ms,
      records.map((record) => record.offset - base),
    );
    this.#store.log.putSync(chunkKey(place.id, partition, base), bytes);
    this.#forget(`${topic}|${partition}|${base}`);
  }

  #forget(place: string): void {
    this.#chunk_records -= this.#chunks.get(place)?.length ?? 0;
    this.#chunks.delete(place);
  }

  announce(appended: readonly LogRecord[]): void {
    if (appended.length > 0) for (const listener of this.#listeners) listener(appended);
  }

  onAppend(listener: (appended: readonly LogRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Offset after the last record of a chunk. */
const endOf = (records: readonly LogRecord[], base: number): number =>
  (records[records.length - 1]?.offset ?? base - 1) + 1;

/** The records of a chunk from `offset` on. Offsets are consecutive except where compaction took some. */
function fromOffset(chunk: readonly LogRecord[], offset: number): readonly LogRecord[] {
  const base = chunk[0]?.offset ?? offset;
  if (offset <= base) return chunk;
  const at = offset - base;
  return chunk[at]?.offset === offset ? chunk.slice(at) : chunk.filter((record) => record.offset >= offset);
}
