/** Records as Kafka carries them, and back: names of causes travel in a header, so that they are read before the value. */
import type { FetchedMessage } from 'kafkajs/src/cluster/index.js';
import type { Message } from 'kafkajs';
import { z } from 'zod';
import type { CauseName, LogRecord, NewRecord } from '../ports.ts';
import { pack, unpack } from '../state-codec.ts';

/** Header of an event of ours: what caused it. */
const name_header = 'flywheel-name';

const name = z.tuple([z.string(), z.number(), z.string(), z.number(), z.number(), z.number()]);

const nameBytes = ({ group, run, topic, partition, offset, ordinal }: CauseName): Buffer =>
  Buffer.from(pack([group, run, topic, partition, offset, ordinal]));

/** A name that cannot be read is none: whatever forged it is then read as a record of a source. */
function nameFrom(bytes: Uint8Array): CauseName | undefined {
  try {
    const [group, run, topic, partition, offset, ordinal] = name.parse(unpack(bytes));
    return { group, run, topic, partition, offset, ordinal };
  } catch {
    return undefined;
  }
}

export function messageOf(record: NewRecord): Message {
  const { key, value, name: cause, headers = {} } = record;
  const own = Object.fromEntries(Object.entries(headers).map(([header, bytes]) => [header, Buffer.from(bytes)]));
  return {
    key: key === '' ? null : key,
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    headers: cause === undefined ? own : { ...own, [name_header]: nameBytes(cause) },
  };
}

const nothing = new Uint8Array();

export function recordOf(topic: string, partition: number, message: FetchedMessage): LogRecord {
  const headers: Record<string, Uint8Array> = {};
  let cause: CauseName | undefined;
  for (const [header, given] of Object.entries(message.headers)) {
    const bytes = Buffer.isBuffer(given) ? given : given?.[0];
    if (bytes === undefined) continue;
    if (header === name_header) cause = nameFrom(bytes);
    else headers[header] = bytes;
  }
  return {
    topic,
    partition,
    key: message.key?.toString() ?? '',
    value: message.value ?? nothing,
    offset: Number(message.offset),
    appended_ms: Number(message.timestamp),
    ...(cause === undefined ? {} : { name: cause }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}
