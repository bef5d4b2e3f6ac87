/** Records as Kafka carries them, and back: names of causes travel in a header, so that they are read before the value. */
import type { Message } from 'kafkajs';
import type { CauseName, NewRecord, SourceName } from '../ports.ts';
import { pack } from '../state-codec.ts';
import { beginFields, countField, endFields, textField } from './packed-fields.ts';

/** Header of an event of ours: what caused it. */
export const name_header = 'flywheel-name';

/** Header of a record of a source: where it stands in what the source gives. */
export const source_header = 'flywheel-source';

const nameBytes = ({ group, run, topic, partition, offset, ordinal }: CauseName): Buffer =>
  Buffer.from(pack([group, run, topic, partition, offset, ordinal]));

const sourceBytes = ({ source, batch, ordinal }: SourceName): Buffer => Buffer.from(pack([source, batch, ordinal]));

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
