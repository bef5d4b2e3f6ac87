/** Records as Kafka carries them, and back: names of causes travel in a header, so that they are read before the value. */
import type { Message } from 'kafkajs';
import type { CauseName, NewRecord, SourceName } from '../ports.ts';
import { pack, unpack } from '../state-codec.ts';

/** Header of an event of ours: what caused it. */
export const name_header = 'flywheel-name';

/** Header of a record of a source: where it stands in what the source gives. */
export const source_header = 'flywheel-source';

const nameBytes = ({ group, run, topic, partition, offset, ordinal }: CauseName): Buffer =>
  Buffer.from(pack([group, run, topic, partition, offset, ordinal]));

const sourceBytes = ({ source, batch, ordinal }: SourceName): Buffer => Buffer.from(pack([source, batch, ordinal]));

/** As `nameFrom`. */
export function sourceFrom(bytes: Uint8Array): SourceName | undefined {
  try {
    const found = unpack(bytes);
    if (!Array.isArray(found) || found.length !== source_fields) return undefined;
    const [source, batch, ordinal] = found as readonly unknown[];
    if (typeof source !== 'string' || !isCount(batch) || !isCount(ordinal)) return undefined;
    return { source, batch, ordinal };
  } catch {
    return undefined;
  }
}

/** A name that cannot be read is none: whatever forged it is then read as a record of a source. */
export function nameFrom(bytes: Uint8Array): CauseName | undefined {
  try {
    const found = unpack(bytes);
    // By hand: a record of ours has a name, and a checked shape would cost more than the rest of reading it.
    if (!Array.isArray(found) || found.length !== name_fields) return undefined;
    const [group, run, topic, partition, offset, ordinal] = found as readonly unknown[];
    if (typeof group !== 'string' || typeof topic !== 'string') return undefined;
    if (!isCount(run) || !isCount(partition) || !isCount(offset) || !isCount(ordinal)) return undefined;
    return { group, run, topic, partition, offset, ordinal };
  } catch {
    return undefined;
  }
}

const name_fields = 6;
const source_fields = 3;
const isCount = (value: unknown): value is number => typeof value === 'number';

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
