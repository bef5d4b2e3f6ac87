/** Engine options that the processes of the fault suite share: small limits, so that every path is walked often. */
import type { Codec } from '../../../engine/ports.ts';
import type { EngineOptions } from '../../../engine/options.ts';
import { jsonCodec, toyOptions } from '../../../testing/toy/options.ts';
import { topologyOf, type Code } from './topology.ts';

const magic = 0;
const header_bytes = 5;
const known_schema = 1;

/** As records with a registry's schema are: a zero, four bytes of schema id, the value. */
export function withSchema(schema: number, value: Uint8Array): Uint8Array {
  const header = Buffer.alloc(header_bytes);
  header.writeUInt8(magic);
  header.writeInt32BE(schema, 1);
  return Buffer.concat([header, value]);
}

const codec: Codec = {
  encode: (topic, value) => withSchema(known_schema, jsonCodec.encode(topic, value)),
  decode(topic, bytes, appended_ms) {
    const record = Buffer.from(bytes);
    if (record.length < header_bytes || record.readUInt8() !== magic)
      return { ok: false, stage: 'decode', code: 'no_schema', message: 'it does not begin with a schema id' };
    const schema = record.readInt32BE(1);
    if (schema !== known_schema)
      return { ok: false, stage: 'decode', code: 'unknown_schema', message: `nobody knows schema ${schema}` };
    return jsonCodec.decode(topic, record.subarray(header_bytes), appended_ms);
  },
};

export const partitions = 3;

/** What worlds begin with; and what reads all that any version of the code has written. */
export const [first_code, newest_code]: readonly [Code, Code] = ['version-1', 'version-3'];

export const tick_keys = 4;

export const faultOptions: Omit<EngineOptions, 'clock'> = {
  ...toyOptions,
  topology: topologyOf(first_code),
  codec,
  partitions,
  code: first_code,
  limits: { ...toyOptions.limits, batch_records: 9, slice_records: 4, tick_keys },
};
