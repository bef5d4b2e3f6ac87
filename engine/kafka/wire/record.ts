/**
 * Records as Kafka carries them, and back: names of causes travel in a header, so that they are read before the value.
 * Key, value and headers make up the body of a record, which is the same wherever it stands in a batch; it is written once
 * for the outbox and the send.
 */
import type { CauseName, LogRecord, NewRecord, SourceName } from '../../ports.ts';
import type { ByteReader } from './byte-reader.ts';
import { ByteWriter, numbers_bytes } from './byte-writer.ts';
import { beginFields, countField, endFields, putCount, putFields, putText, textField } from '../redis/packed-fields.ts';

/** Header of an event of ours: what caused it. */
export const name_header = 'flywheel-name';

/** Header of a record of a source: where it stands in what the source gives. */
export const source_header = 'flywheel-source';

/** As `nameFrom`. */
export function sourceFrom(bytes: Uint8Array): SourceName | undefined {
  if (!beginFields(bytes, source_fields)) return undefined;
  const source = textField();
  const batch = countField();
  const ordinal = countField();
  return endFields() ? { source, batch, ordinal } : undefined;
}

/** A name that cannot be read is none: whatever forged it is then read as a record of a source. */
export function nameFrom(bytes: Uint8Array): CauseName | undefined {
  if (!beginFields(bytes, name_fields)) return undefined;
  const group = textField();
  const run = countField();
  const topic = textField();
  const partition = countField();
  const offset = countField();
  const ordinal = countField();
  return endFields() ? { group, run, topic, partition, offset, ordinal } : undefined;
}

const name_fields = 6;
const source_fields = 3;

const name_header_bytes = Buffer.from(name_header);
const source_header_bytes = Buffer.from(source_header);

/** Where the value of a header is put together: its length stands before it. */
const scratch = new ByteWriter();

function writeName(writer: ByteWriter, { group, run, topic, partition, offset, ordinal }: CauseName): void {
  scratch.begin();
  putFields(scratch, name_fields);
  putText(scratch, group);
  putCount(scratch, run);
  putText(scratch, topic);
  for (const count of [partition, offset, ordinal]) putCount(scratch, count);
  writer.field(name_header_bytes);
  writer.field(scratch.written());
}

function writeSource(writer: ByteWriter, { source, batch, ordinal }: SourceName): void {
  scratch.begin();
  putFields(scratch, source_fields);
  putText(scratch, source);
  for (const count of [batch, ordinal]) putCount(scratch, count);
  writer.field(source_header_bytes);
  writer.field(scratch.written());
}

/** Writes key, value and headers of a record; makes room for them. */
export function writeBody(writer: ByteWriter, { key, value, name, from, headers }: NewRecord): void {
  writer.fit(numbers_bytes);
  if (key === '') writer.varint(-1);
  else writer.text(key);
  writer.field(value);
  let count = (name === undefined ? 0 : 1) + (from === undefined ? 0 : 1);
  for (const _ in headers) count++;
  writer.fit(numbers_bytes);
  writer.varint(count);
  for (const header in headers) {
    writer.text(header);
    writer.field(headers[header] ?? nothing);
  }
  if (name !== undefined) writeName(writer, name);
  if (from !== undefined) writeSource(writer, from);
}

const nothing = new Uint8Array();

export type Body = Pick<LogRecord, 'key' | 'value' | 'name' | 'from' | 'headers'>;

/** Reads what `writeBody` wrote; the first header of a name counts. The value is a view of the reader's bytes. */
export function bodyFrom(reader: ByteReader): Body {
  const key = reader.text();
  const value = reader.view();
  let name: Body['name'];
  let from: Body['from'];
  let headers: Record<string, Uint8Array> | undefined;
  for (let count = reader.varint(); count > 0; count--) {
    const header = reader.text();
    const length = reader.varint();
    if (length < 0) continue;
    const bytes = reader.bytes.subarray(reader.at, (reader.at += length));
    if (header === name_header) name ??= nameFrom(bytes);
    else if (header === source_header) from ??= sourceFrom(bytes);
    else if (headers === undefined) headers = { [header]: bytes };
    else if (!(header in headers)) headers[header] = bytes;
  }
  return { key, value, name, from, headers };
}
