/**
 * Records as the embedded log stores them: what one append adds to one partition is one value, a chunk. Layout, little
 * endian: version u8 · crc32 u32 of all that follows · appended_ms f64 · count · 1 and each record's distance from the
 * base where compaction left gaps, else 0 · producers (count, then group, run, topic, partition each) · records. Texts
 * and bytes carry their length; integers are LEB128 varints.
 */
import { crc32 } from 'node:zlib';
import { EngineError } from '../errors.ts';
import type { CauseName, LogRecord, NewRecord } from '../ports.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

const version = 1;
const header_bytes = 5;

interface Producer {
  readonly group: string;
  readonly run: number;
  readonly topic: string;
  readonly partition: number;
}

/** Index + 1 of each record's producer; 0 for records of sources. */
function producersOf(records: readonly NewRecord[]): {
  readonly list: readonly Producer[];
  readonly indexes: readonly number[];
} {
  const list: Producer[] = [];
  let last: Producer | undefined;
  let lastIndex = 0;
  const indexes = records.map(({ name }) => {
    if (name === undefined) return 0;
    if (last !== undefined && same(last, name)) return lastIndex;
    let index = list.findIndex((producer) => same(producer, name));
    if (index < 0)
      index = list.push({ group: name.group, run: name.run, topic: name.topic, partition: name.partition }) - 1;
    last = list[index];
    lastIndex = index + 1;
    return lastIndex;
  });
  return { list, indexes };
}

const same = (p: Producer, name: CauseName): boolean =>
  p.topic === name.topic && p.partition === name.partition && p.group === name.group && p.run === name.run;

/** `distances` of the records from the chunk's base offset; absent where they follow one another. */
export function encodeChunk(records: readonly NewRecord[], appended_ms: number, distances?: readonly number[]): Buffer {
  const out = new ByteWriter(
    header_bytes + 64 + records.reduce((sum, r) => sum + r.value.length + r.key.length + 24, 0),
  );
  out.skip(header_bytes);
  out.double(appended_ms);
  out.varint(records.length);
  out.varint(distances === undefined ? 0 : 1);
  for (const distance of distances ?? []) out.varint(distance);
  const producers = producersOf(records);
  out.varint(producers.list.length);
  for (const producer of producers.list) {
    out.text(producer.group);
    out.varint(producer.run);
    out.text(producer.topic);
    out.varint(producer.partition);
  }
  records.forEach((record, i) => writeRecord(out, record, producers.indexes[i] ?? 0));
  const bytes = out.finish();
  bytes[0] = version;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(1, crc32(bytes.subarray(header_bytes)), true);
  return bytes;
}

function writeRecord(out: ByteWriter, record: NewRecord, producer: number): void {
  out.varint(producer);
  if (record.name !== undefined) {
    out.varint(record.name.offset);
    out.varint(record.name.ordinal);
  }
  out.text(record.key);
  out.bytes(record.value);
  const headers = record.headers === undefined ? [] : Object.entries(record.headers);
  out.varint(headers.length);
  for (const [name, value] of headers) {
    out.text(name);
    out.bytes(value);
  }
}

/** The records of a chunk, the first of which has offset `base`. Throws when the bytes are not what was written. */
export function decodeChunk(bytes: Uint8Array, topic: string, partition: number, base: number): LogRecord[] {
  const place = `${topic}, partition ${partition}, offset ${base}`;
  if (bytes[0] !== version)
    throw new EngineError(
      'store.too_new',
      `${place} is stored in format ${String(bytes[0])}, this program reads ${version}`,
      'use the version that wrote it',
    );
  const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true);
  if (stored !== crc32(bytes.subarray(header_bytes)))
    throw new EngineError(
      'store.corrupt',
      `${place}: the checksum does not match`,
      'restore a copy of the data folder, or reset it (flywheel reset)',
    );
  const reader = new ByteReader(bytes, header_bytes);
  const appended_ms = reader.double();
  const count = reader.varint();
  const sparse = reader.varint() === 1;
  const distances = sparse ? Array.from({ length: count }, () => reader.varint()) : undefined;
  const producers: Producer[] = [];
  for (let n = reader.varint(); n > 0; n--)
    producers.push({ group: reader.text(), run: reader.varint(), topic: reader.text(), partition: reader.varint() });
  const records: LogRecord[] = [];
  for (let i = 0; i < count; i++)
    records.push(
      readRecord(reader, producers, { topic, partition, offset: base + (distances?.[i] ?? i), appended_ms }),
    );
  return records;
}

function readRecord(
  reader: ByteReader,
  producers: readonly Producer[],
  place: { readonly topic: string; readonly partition: number; readonly offset: number; readonly appended_ms: number },
): LogRecord {
  const producer = producers[reader.varint() - 1];
  const name: CauseName | undefined =
    producer === undefined
      ? undefined
      : {
          group: producer.group,
          run: producer.run,
          topic: producer.topic,
          partition: producer.partition,
          offset: reader.varint(),
          ordinal: reader.varint(),
        };
  const key = reader.text();
  const value = reader.bytes();
  const header_count = reader.varint();
  const { topic, partition, offset, appended_ms } = place;
  if (header_count === 0) return logRecord({ topic, partition, key, value, name }, offset, appended_ms);
  const headers: Record<string, Uint8Array> = {};
  for (let n = header_count; n > 0; n--) headers[reader.text()] = reader.bytes();
  return logRecord({ topic, partition, key, value, name, headers }, offset, appended_ms);
}

/** A record with its place. All have the same fields in the same order, which every look at one of them is faster for. */
export const logRecord = (
  { topic, partition, key, value, name, from, headers, decoded }: NewRecord,
  offset: number,
  appended_ms: number,
): LogRecord => ({ topic, partition, offset, appended_ms, key, value, name, from, headers, decoded });
