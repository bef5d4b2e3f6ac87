/** Records as Kafka carries them, and back: names of causes travel in a header, so that they are read before the value. */
import type { FetchedMessage } from 'kafkajs/src/cluster/index.js';
import type { Message } from 'kafkajs';
import { z } from 'zod';
import type { CauseName, LogRecord, NewRecord, SourceName } from '../ports.ts';
import { pack, unpack } from '../state-codec.ts';

/** Header of an event of ours: what caused it. */
const name_header = 'flywheel-name';

/** Header of a record of a source: where it stands in what the source gives. */
const source_header = 'flywheel-source';

const sourceName = z.tuple([z.string(), z.number(), z.number()]);

const name = z.tuple([z.string(), z.number(), z.string(), z.number(), z.number(), z.number()]);

const nameBytes = ({ group, run, topic, partition, offset, ordinal }: CauseName): Buffer =>
  Buffer.from(pack([group, run, topic, partition, offset, ordinal]));

const sourceBytes = ({ source, batch, ordinal }: SourceName): Buffer => Buffer.from(pack([source, batch, ordinal]));

function sourceFrom(bytes: Uint8Array): SourceName | undefined {
  try {
    const [source, batch, ordinal] = sourceName.parse(unpack(bytes));
    return { source, batch, ordinal };
  } catch {
    return undefined;
  }
}

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
  const { key, value, name: cause, from, headers = {} } = record;
  const own = Object.fromEntries(Object.entries(headers).map(([header, bytes]) => [header, Buffer.from(bytes)]));
  return {
    key: key === '' ? null : key,
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    headers: {
      ...own,
      ...(cause && { [name_header]: nameBytes(cause) }),
      ...(from && { [source_header]: sourceBytes(from) }),
    },
  };
}

const nothing = new Uint8Array();

export function recordOf(topic: string, partition: number, message: FetchedMessage): LogRecord {
  const headers: Record<string, Uint8Array> = {};
  let cause: CauseName | undefined;
  let from: SourceName | undefined;
  for (const [header, given] of Object.entries(message.headers)) {
    const bytes = Buffer.isBuffer(given) ? given : given?.[0];
    if (bytes === undefined) continue;
    if (header === name_header) cause = nameFrom(bytes);
    else if (header === source_header) from = sourceFrom(bytes);
    else headers[header] = bytes;
  }
  return {
    topic,
    partition,
    key: message.key?.toString() ?? '',
    value: message.value ?? nothing,
    offset: Number(message.offset),
    appended_ms: Number(message.timestamp),
    ...(cause && { name: cause }),
    ...(from && { from }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}
