/**
 * A record batch of version 2 out of records, as `batch-layout.ts` tells. kafkajs makes an encoder of its own, with a
 * buffer of half a kilobyte, for each record, each of its headers and each level above, and copies each into the next;
 * here all of a batch is written once, and the bodies of records that came through the outbox are there already.
 */
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import type { NewRecord } from '../../ports.ts';
import * as layout from './batch-layout.ts';
import { ByteWriter, numbers_bytes, varintBytes } from './byte-writer.ts';
import { writeBody } from './record.ts';

/** Neither idempotent nor in a transaction. */
const no_producer = -1n;

const batch = new ByteWriter();
const body = new ByteWriter();

function bodyOf(record: NewRecord): Uint8Array {
  if (record.body !== undefined) return record.body;
  body.begin();
  writeBody(body, record);
  return body.written();
}

/** Attributes (none), the time since the batch's (none) and the record's number stand before its body. */
function writeRecord(record: NewRecord, i: number): void {
  const bytes = bodyOf(record);
  batch.fit(bytes.length + numbers_bytes);
  batch.varint(2 + varintBytes(i) + bytes.length);
  batch.int8(0);
  batch.varint(0);
  batch.varint(i);
  batch.raw(bytes);
}

/**
 * Bytes of the records of one partition.
 * @param stamp_ms the time of all of them, UTC epoch milliseconds; a broker that stamps records itself does not look at it
 */
export function recordBatch(records: readonly NewRecord[], stamp_ms: number): Buffer {
  batch.begin();
  batch.fit(layout.header_bytes + numbers_bytes);
  batch.int64(0n); // offset of the first, which the broker gives
  batch.at = layout.leader_epoch_at;
  batch.int32(0);
  batch.bytes[layout.magic_at] = layout.known_magic;
  batch.at = layout.attributes_at;
  batch.int16(0);
  batch.int32(records.length - 1);
  batch.int64(BigInt(stamp_ms));
  batch.int64(BigInt(stamp_ms));
  batch.int64(no_producer);
  batch.int16(0);
  batch.int32(0);
  batch.int32(records.length);
  for (const [i, record] of records.entries()) writeRecord(record, i);
  batch.bytes.writeInt32BE(batch.at - layout.frame_bytes, layout.length_at);
  batch.bytes.writeUInt32BE(crc32C(batch.bytes.subarray(layout.attributes_at, batch.at)), layout.crc_at);
  return batch.taken();
}
