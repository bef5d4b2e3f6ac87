/**
 * A produce request with record batches that are written already (encode-batch.ts). Each goes through kafkajs as the
 * value of one message to its partition, so that which broker gets what, and what is sent again, stays the client's; here
 * what was handed over is found again and sent as it is (mended.ts).
 */
import type { Message } from 'kafkajs';
import type { Produce } from 'kafkajs/src/broker/index.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';

export const produce_key = 0;
/** Since Kafka 2.1. */
export const produce_version = 7;

const whole = new WeakSet<Buffer>();

/** A message that stands for a whole batch. */
export function batchMessage(partition: number, batch: Buffer): Message {
  whole.add(batch);
  return { partition, value: batch };
}

/** The batch that a partition gets, where it gets one that is written already. */
function batchOf(messages: readonly Message[]): Buffer | undefined {
  const [message] = messages;
  const batch = message?.value;
  return messages.length === 1 && Buffer.isBuffer(batch) && whole.has(batch) ? batch : undefined;
}

/** One partition and its batch. */
type Part = readonly [partition: number, batch: Buffer];
export type WrittenTopics = readonly { readonly topic: string; readonly parts: readonly Part[] }[];

/** What is to be sent, where all of it is written already; undefined where the client must write it. */
export function written(topicData: Produce['topicData']): WrittenTopics | undefined {
  const topics: { readonly topic: string; readonly parts: Part[] }[] = [];
  for (const { topic, partitions } of topicData) {
    const parts: Part[] = [];
    for (const { partition, messages } of partitions) {
      const batch = batchOf(messages);
      if (batch === undefined) return undefined;
      parts.push([partition, batch]);
    }
    topics.push({ topic, parts });
  }
  return topics;
}

/** The request, as kafkajs's connection takes it: https://kafka.apache.org/protocol.html#The_Messages_Produce */
export const produceRequest = (topics: WrittenTopics, acks: number, replicas_within_ms: number): unknown => ({
  apiKey: produce_key,
  apiVersion: produce_version,
  apiName: 'Produce',
  expectResponse: () => acks !== 0,
  encode: () => Promise.resolve(encoded(topics, acks, replicas_within_ms)),
});

function encoded(topics: WrittenTopics, acks: number, replicas_within_ms: number): Encoder {
  const encoder = new Encoder(requestBytes(topics));
  encoder.writeString(null); // no transaction
  encoder.writeInt16(acks).writeInt32(replicas_within_ms).writeInt32(topics.length);
  for (const { topic, parts } of topics) {
    encoder.writeString(topic).writeInt32(parts.length);
    for (const [partition, batch] of parts) {
      encoder.writeInt32(partition).writeInt32(batch.length).writeBufferInternal(batch);
    }
  }
  return encoder;
}

/** Room for numbers and names beside batches. */
const head_bytes = 16;
const topic_bytes = 256;
const part_bytes = 8;

/** As much as the request takes at most, so that it is written into one room. */
function requestBytes(topics: WrittenTopics): number {
  let bytes = head_bytes;
  for (const { topic, parts } of topics) {
    bytes += topic_bytes + topic.length;
    for (const [, batch] of parts) bytes += part_bytes + batch.length;
  }
  return bytes;
}
