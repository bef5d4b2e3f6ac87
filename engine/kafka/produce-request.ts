/**
 * A produce request as it goes over the wire. kafkajs makes an encoder of its own, with a buffer of half a kilobyte, for
 * each record, each of its headers and each level above, and copies each into the next: 13 % of what an instance does
 * that sends little at a time. Here all of it is written once. Which broker gets what, and what is sent again, stays the
 * client's (mended.ts).
 */
import type { Message } from 'kafkajs';
import type { Produce } from 'kafkajs/src/broker/index.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import * as layout from './batch-layout.ts';

export interface ProduceQuestion {
  readonly acks: number;
  /** How long the broker may wait for its replicas, milliseconds. */
  readonly timeout: number;
  readonly topicData: Produce['topicData'];
}

export const produce_key = 0;
/** Since Kafka 2.1. */
export const produce_version = 7;

/** More than all numbers beside a record, a header or a name take. */
const numbers_bytes = 64;
/** Room that stays for the next request. */
const kept_bytes = 4 * 1024 * 1024;

/** Neither idempotent nor in a transaction. */
const no_producer = -1n;

/** One room for all requests: each is written in one go, and then copied. */
let room = Buffer.allocUnsafeSlow(64 * 1024);

/** Writes one after the other. */
class Writer {
  bytes = room;
  at = 0;

  /** Makes sure that so many bytes fit. */
  fit(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.at + count));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
    if (larger.length <= kept_bytes) room = larger;
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  /** A text with its length before it, of two bytes. */
  text(value: string): void {
    const length = this.bytes.write(value, this.at + 2);
    this.bytes.writeInt16BE(length, this.at);
    this.at += 2 + length;
  }

  /** A signed number of up to 52 bits, as Kafka packs lengths and differences. */
  varint(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest >= 0x80) {
      this.bytes[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.at++] = rest;
  }

  /** Bytes or a text with their length before them; null is -1. */
  field(value: Buffer | string | null): void {
    if (value === null) {
      this.varint(-1);
    } else if (typeof value === 'string') {
      this.varint(Buffer.byteLength(value));
      this.at += this.bytes.write(value, this.at);
    } else {
      this.varint(value.length);
      this.at += value.copy(this.bytes, this.at);
    }
  }
}

/** Bytes that a number takes, as `varint` writes it. */
function varintBytes(value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let count = 1;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) count++;
  return count;
}

function fieldBytes(value: Buffer | string | null): number {
  if (value === null) return varintBytes(-1);
  const length = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
  return varintBytes(length) + length;
}

type HeaderValue = Buffer | string;

/** Names and values of headers, one after the other; a name of several values comes once for each. */
function headersOf({ headers }: Message): readonly [string, HeaderValue][] {
  const found: [string, HeaderValue][] = [];
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) for (const one of value) found.push([name, one]);
    else if (value !== undefined) found.push([name, value]);
  }
  return found;
}

function writeRecord(writer: Writer, message: Message, offset: number, after_ms: number): void {
  const headers = headersOf(message);
  const { key = null, value } = message;
  let length = 1 + varintBytes(after_ms) + varintBytes(offset) + fieldBytes(key) + fieldBytes(value);
  length += varintBytes(headers.length);
  for (const [name, bytes] of headers) length += fieldBytes(name) + fieldBytes(bytes);
  writer.fit(length + numbers_bytes);
  writer.varint(length);
  writer.bytes[writer.at++] = 0; // attributes, of which there are none
  writer.varint(after_ms);
  writer.varint(offset);
  writer.field(key);
  writer.field(value);
  writer.varint(headers.length);
  for (const [name, bytes] of headers) {
    writer.field(name);
    writer.field(bytes);
  }
}

/** A record batch, of what `batch-layout.ts` tells. */
function writeBatch(writer: Writer, messages: readonly Message[], now_ms: number): void {
  writer.fit(layout.header_bytes + numbers_bytes);
  const begin = writer.at;
  let [first_ms, last_ms] = [Infinity, -Infinity];
  const stamps = messages.map(({ timestamp }) => (timestamp === undefined ? now_ms : Number(timestamp)));
  for (const stamp_ms of stamps) {
    first_ms = Math.min(first_ms, stamp_ms);
    last_ms = Math.max(last_ms, stamp_ms);
  }
  writer.int64(0n); // offset of the first, which the broker gives
  writer.at = begin + layout.leader_epoch_at;
  writer.int32(0);
  writer.bytes[begin + layout.magic_at] = layout.known_magic;
  writer.at = begin + layout.attributes_at;
  writer.int16(0);
  writer.int32(messages.length - 1);
  writer.int64(BigInt(first_ms));
  writer.int64(BigInt(last_ms));
  writer.int64(no_producer);
  writer.int16(0);
  writer.int32(0);
  writer.int32(messages.length);
  for (const [i, message] of messages.entries()) writeRecord(writer, message, i, (stamps[i] ?? first_ms) - first_ms);
  writer.bytes.writeInt32BE(writer.at - begin - layout.frame_bytes, begin + layout.length_at);
  writer.bytes.writeUInt32BE(
    crc32C(writer.bytes.subarray(begin + layout.attributes_at, writer.at)),
    begin + layout.crc_at,
  );
}

/**
 * The bytes of a produce request after its head, version 7: https://kafka.apache.org/protocol.html#The_Messages_Produce
 * @param now_ms the time of records that have none, UTC epoch milliseconds
 */
export function produceBytes({ acks, timeout, topicData }: ProduceQuestion, now_ms: number): Buffer {
  const writer = new Writer();
  writer.int16(-1); // no transaction
  writer.int16(acks);
  writer.int32(timeout);
  writer.int32(topicData.length);
  for (const { topic, partitions } of topicData) {
    writer.fit(Buffer.byteLength(topic) + numbers_bytes);
    writer.text(topic);
    writer.int32(partitions.length);
    for (const { partition, messages } of partitions) {
      writer.int32(partition);
      const length_at = writer.at;
      writer.at += 4;
      writeBatch(writer, messages, now_ms);
      writer.bytes.writeInt32BE(writer.at - length_at - 4, length_at);
    }
  }
  return Buffer.from(writer.bytes.subarray(0, writer.at));
}

/** The request as kafkajs's connection takes it. */
export const produceRequest = (question: ProduceQuestion): unknown => ({
  apiKey: produce_key,
  apiVersion: produce_version,
  apiName: 'Produce',
  expectResponse: () => question.acks !== 0,
  encode: () => {
    const bytes = produceBytes(question, Date.now());
    const encoder = new Encoder(bytes.length);
    encoder.writeBufferInternal(bytes);
    return Promise.resolve(encoder);
  },
});
