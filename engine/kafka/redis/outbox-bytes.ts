/**
 * Outbox entries as Redis keeps them. Bodies of records are what the log is sent later: written here once, and kept at the
 * record for the send. A general packer took a tenth of what an instance does that answers each event.
 */
import { EngineError } from '../../errors.ts';
import type { OutboxEntry } from '../../ledger.ts';
import type { NewRecord, Row } from '../../ports.ts';
import { pack, unpack } from '../../state/codec.ts';
import { outboxShape, rowsShape } from '../../state/stored-shapes.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter, numbers_bytes } from '../wire/byte-writer.ts';
import { bodyFrom, writeBody } from '../wire/record.ts';

/** No MessagePack begins with it, as entries did that were written before it. */
const mark = 0xc1;
const layout = 1;

const writer = new ByteWriter();
const body = new ByteWriter();

const no_rows = Buffer.alloc(0);

/** Bytes of an entry. Records of it have their bodies from then on, as views of what is returned. */
export function outboxBytes({ seq, records, rows, bytes }: OutboxEntry): Buffer {
  writer.begin();
  writer.fit(numbers_bytes);
  writer.int8(mark);
  writer.int8(layout);
  writer.varint(seq);
  writer.varint(bytes);
  writer.field(rows.length === 0 ? no_rows : pack(rows));
  const topics = [...new Set(records.map(({ topic }) => topic))];
  writer.varint(topics.length);
  for (const topic of topics) writer.text(topic);
  writer.fit(numbers_bytes);
  writer.varint(records.length);
  const ends: number[] = [];
  for (const record of records) {
    body.begin();
    writeBody(body, record);
    writer.fit(body.at + numbers_bytes);
    writer.varint(topics.indexOf(record.topic));
    writer.varint(record.partition);
    writer.field(body.written());
    ends.push(writer.at, body.at);
  }
  const entry = writer.taken();
  for (const [i, record] of records.entries()) {
    const [end = 0, length = 0] = [ends[2 * i], ends[2 * i + 1]];
    record.body = entry.subarray(end - length, end);
  }
  return entry;
}

/** The entry of these bytes. @throws EngineError `store.corrupt` */
export function outboxFrom(bytes: Buffer): OutboxEntry {
  if (bytes[0] !== mark) return outboxShape.parse(unpack(bytes));
  const reader = new ByteReader(bytes, 2);
  const [seq, size] = [reader.varint(), reader.varint()];
  const rows = rowsOf(reader.view());
  const topics = Array.from({ length: reader.varint() }, () => reader.text());
  const records: NewRecord[] = [];
  for (let count = reader.varint(); count > 0; count--) {
    const topic = topics[reader.varint()];
    const partition = reader.varint();
    const end = reader.varint() + reader.at;
    const { key, value, name, from, headers } = bodyFrom(reader);
    if (topic === undefined || reader.at !== end) throw corrupt(`record ${records.length} of ${seq}`);
    records.push({ topic, partition, key, value, name, from, headers });
  }
  if (bytes[1] !== layout || reader.at !== bytes.length) throw corrupt(`entry ${seq}`);
  return { seq, records, rows, bytes: size };
}

const rowsOf = (bytes: Buffer): readonly Row[] => (bytes.length === 0 ? [] : rowsShape.parse(unpack(bytes)));

const corrupt = (what: string): EngineError =>
  new EngineError('store.corrupt', `an outbox in Redis cannot be read (${what})`, 'restore Redis, or reset the group');
