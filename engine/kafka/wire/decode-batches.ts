/**
 * Records out of a fetch answer's bytes, in Kafka's record batches of version 2. kafkajs's own decoder makes a promise, a
 * long number and several objects for each record, which costs more than all that is done with the record afterwards.
 */
import kafkajs from 'kafkajs';
import { EngineError } from '../../errors.ts';
import type { LogRecord } from '../../ports.ts';
import * as layout from './batch-layout.ts';
import { ByteReader } from './byte-reader.ts';
import { bodyFrom } from './record.ts';

const compression_mask = 0x07;
const log_append_time = 0x08;
const transactional = 0x10;
const control = 0x20;

/** A transaction that was given up. */
export interface AbortedTransaction {
  readonly producer: number;
  /** Offset of the first record that it wrote. */
  readonly from: number;
}

interface Batch {
  readonly base: number;
  readonly count: number;
  /** Offset after the batch's last, records that are compacted away included. */
  readonly next: number;
  /** Stamp of all its records; null where each has its own, from `first_ms` on. */
  readonly stamp_ms: number | null;
  readonly first_ms: number;
  readonly isControl: boolean;
  /** Who wrote it, where that was in a transaction. */
  readonly producer: number | null;
  readonly records: Buffer;
}

/** Offsets that hold nothing that counts: marks of transactions, and what was written in those that were given up. */
export interface Hole {
  readonly from: number;
  /** The offset after it. */
  readonly to: number;
}

export interface DecodedBatches {
  readonly records: LogRecord[];
  /** In their order. */
  readonly holes: readonly Hole[];
  /** Offset after the last that was read; `offset` where no whole batch was there. */
  readonly next: number;
}

/**
 * Records of a partition at or after `offset`; a batch comes whole, and what is before was read before. The last batch may
 * be cut off, and is then left for the next fetch. Values are views of `bytes`.
 */
export async function decodeBatches(
  bytes: Buffer,
  place: { readonly topic: string; readonly partition: number },
  offset: number,
  aborted: readonly AbortedTransaction[] = [],
): Promise<DecodedBatches> {
  const records: LogRecord[] = [];
  const holes: Hole[] = [];
  const decided = new Decided(aborted);
  let next = offset;
  for (let at = 0; at + layout.header_bytes <= bytes.length;) {
    const end = at + layout.frame_bytes + bytes.readInt32BE(at + layout.length_at);
    if (end > bytes.length) break;
    const batch = await batchOf(bytes.subarray(at, end), place.topic);
    if (decided.counts(batch)) readRecords(batch, place, offset, records);
    else holes.push({ from: batch.base, to: batch.next });
    next = Math.max(next, batch.next);
    at = end;
  }
  return { records, holes, next };
}

/** Tells what counts of batches that are asked about in their order. */
class Decided {
  /** Those that have not begun yet, the first last. */
  readonly #coming: AbortedTransaction[];
  /** Producers whose transaction under way is one that was given up. */
  readonly #under_way = new Set<number>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#coming = [...aborted].sort((a, b) => b.from - a.from);
  }

  counts({ isControl, producer, next, records }: Batch): boolean {
    if (isControl && producer !== null && isAbort(records)) this.#begin(next).delete(producer);
    if (isControl || producer === null) return !isControl;
    return !this.#begin(next).has(producer);
  }

  /** Takes up those that begin before an offset. */
  #begin(before: number): Set<number> {
    for (let first = this.#coming.at(-1); first !== undefined && first.from < before; first = this.#coming.at(-1)) {
      this.#under_way.add(first.producer);
      this.#coming.pop();
    }
    return this.#under_way;
  }
}

/** Where the type stands in the key of a control record, of two bytes: 0 gives a transaction up. */
const control_type_at = 2;

function isAbort(records: Buffer): boolean {
  const reader = new ByteReader(records);
  reader.varint(); // length
  reader.at++;
  reader.varint();
  reader.varint();
  const key = reader.view();
  return key.length >= control_type_at + 2 && key.readInt16BE(control_type_at) === 0;
}

async function batchOf(bytes: Buffer, topic: string): Promise<Batch> {
  const magic = bytes[layout.magic_at];
  if (magic !== layout.known_magic)
    throw new EngineError(
      'kafka.refused',
      `${topic} holds records of format ${magic ?? 'none'}, which brokers before 0.11 wrote`,
      'copy the topic with a newer client',
    );
  const attributes = bytes.readInt16BE(layout.attributes_at);
  const compression = attributes & compression_mask;
  const raw = bytes.subarray(layout.header_bytes);
  const base = Number(bytes.readBigInt64BE(0));
  return {
    base,
    count: bytes.readInt32BE(layout.count_at),
    next: base + bytes.readInt32BE(layout.last_offset_delta_at) + 1,
    stamp_ms: (attributes & log_append_time) === 0 ? null : Number(bytes.readBigInt64BE(layout.max_timestamp_at)),
    first_ms: Number(bytes.readBigInt64BE(layout.first_timestamp_at)),
    isControl: (attributes & control) !== 0,
    producer: (attributes & transactional) === 0 ? null : Number(bytes.readBigInt64BE(layout.producer_at)),
    records: compression === 0 ? raw : await decompressed(compression, raw, topic),
  };
}

async function decompressed(type: number, bytes: Buffer, topic: string): Promise<Buffer> {
  const codec: unknown = Reflect.get(kafkajs.CompressionCodecs, type);
  try {
    if (!isCodecOf(codec)) throw new Error(`compression ${type} is not known`);
    return await codec().decompress(bytes);
  } catch (error) {
    throw new EngineError(
      'kafka.refused',
      `a batch of ${topic} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
      'let producers compress by gzip or not at all',
    );
  }
}

type CodecOf = () => { decompress(bytes: Buffer): Promise<Buffer> };
const isCodecOf = (value: unknown): value is CodecOf => typeof value === 'function';

function readRecords(
  { base, count, stamp_ms, first_ms, records: bytes }: Batch,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  offset: number,
  into: LogRecord[],
): void {
  const reader = new ByteReader(bytes);
  for (let i = 0; i < count; i++) {
    const length = reader.varint();
    const end = reader.at + length;
    reader.at++; // attributes, of which there are none
    const after_ms = reader.varint();
    const at = base + reader.varint();
    if (at >= offset) {
      const { key, value, name, from, headers } = bodyFrom(reader);
      // All records have all fields, in one order: what handles them need not tell shapes apart.
      into.push({
        topic,
        partition,
        key,
        value,
        offset: at,
        appended_ms: stamp_ms ?? first_ms + after_ms,
        name,
        from,
        headers,
        decoded: undefined,
      });
    }
    reader.at = end;
  }
}
