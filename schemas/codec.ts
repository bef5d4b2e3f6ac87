/**
 * Events to bytes and back, in Confluent wire format: a zero byte, the schema id (int32, big-endian), the Avro body.
 * The reader's schema is the version a topic pins in code; records written with another version of it are resolved
 * (Avro schema resolution), with one resolver per writer id.
 */
import { describeError, FlywheelError, type ErrorCode, type ErrorParameters } from '../topology/errors.ts';
import type { Topic } from '../topology/topic.ts';
import { DecodeFault, UnfitValue } from './avro/fault.ts';
import { interpret } from './avro/interpret.ts';
import { AvroReader } from './avro/reader.ts';
import { readVersion, type VersionReader } from './avro/resolve.ts';
import { parseSchema, type RecordNode } from './avro/schema.ts';
import { AvroWriter } from './avro/writer.ts';
import { fit } from './fit.ts';
import { recordCodecs } from './generated/codecs.ts';
import { checkedInIds, schemaFile, type SchemaIds } from './ids.ts';

/** Bytes of the frame before the Avro body. */
export const frame_bytes = 5;

export type DecodeOutcome =
  | { readonly ok: true; readonly value: object }
  | {
      readonly ok: false;
      readonly stage: 'decode' | 'check';
      readonly code: ErrorCode;
      readonly message: string;
      readonly field?: string;
    };

export interface TopicCodec {
  /**
   * Framed bytes: a slice of a slab that others share, to be copied before it is sent to another thread. Throws
   * `event.unfit` naming the field where the value does not fit the topic's schema.
   */
  encode(topic: string, value: object): Uint8Array;
  /** Never throws. `appended_ms` is when the record reached the log; the field rules hold times against it. */
  decode(topic: string, bytes: Uint8Array, appended_ms: number): DecodeOutcome;
}

export interface CodecOptions {
  readonly topics: readonly Topic[];
  /** Default: the ids checked in with the schemas. */
  readonly ids?: SchemaIds;
}

/** A topic with all that its records need. Members that take a value are methods: see `Topic`. */
interface Entry {
  readonly topic: Topic;
  readonly id: number;
  readonly schema: RecordNode;
  readonly codec: { read(reader: AvroReader): object; write(writer: AvroWriter, value: object): void };
  /** Readers of other versions by writer id; a string says why there is none. */
  readonly versions: Map<number, VersionReader | string>;
}

/** The generated readers and writers by topic name. */
const codecs: Readonly<Record<string, Entry['codec'] | undefined>> = recordCodecs;

export function createCodec(options: CodecOptions): TopicCodec {
  const ids = options.ids ?? checkedInIds;
  const entries = new Map(options.topics.map((topic) => [topic.name, entryOf(topic, ids)]));
  const reader = new AvroReader();
  const writer = new AvroWriter();
  const entry = (topic: string): Entry => {
    const found = entries.get(topic);
    if (found === undefined) throw new FlywheelError('topic.unknown', { topic, known: [...entries.keys()].join(', ') });
    return found;
  };
  return {
    encode: (topic, value) => encode(entry(topic), writer, value),
    decode(topic, bytes, appended_ms) {
      const found = entries.get(topic);
      if (found === undefined) return refuse('topic.unknown', { topic, known: [...entries.keys()].join(', ') });
      return decode(found, reader, ids, asBuffer(bytes), appended_ms);
    },
  };
}

function entryOf(topic: Topic, ids: SchemaIds): Entry {
  const id = ids.idOf(topic.name, topic.version);
  const file = schemaFile(topic.name, topic.version);
  const codec = codecs[topic.name];
  if (id === undefined || file === undefined || codec === undefined)
    throw new Error(
      `topic ${topic.name} pins version ${topic.version}: it needs v${topic.version}.avsc, an id in ids.ts and npm run generate`,
    );
  if (schemaFile(topic.name, topic.version + 1) !== undefined)
    throw new Error(
      `topic ${topic.name} pins version ${topic.version}, but the generated reader is of a newer one: raise the version in its topic.ts`,
    );
  return { topic, id, schema: parseSchema(file), codec, versions: new Map() };
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function encode(entry: Entry, writer: AvroWriter, value: object): Uint8Array {
  try {
    return write(entry, writer, value);
  } catch (error) {
    // A TypeError is a missing object on the way to a nested field.
    if (!(error instanceof UnfitValue) && !(error instanceof TypeError)) throw error;
    return write(entry, writer, completed(entry, value, error));
  }
}

function write(entry: Entry, writer: AvroWriter, value: object): Uint8Array {
  writer.begin(entry.id);
  entry.codec.write(writer, value);
  return writer.end();
}

/** The value with its defaults, where that is all it lacked. Throws with the field that the writer refused. */
function completed(entry: Entry, value: object, cause: Error): object {
  const fitted = fit(value, entry.schema, 'code');
  if (fitted.ok) return fitted.value;
  const [first] = fitted.problems;
  if (first === undefined) throw cause;
  const { field, value: found, rule, remedy } = first;
  const parameters = { topic: entry.topic.name, field, value: found, rule, what_to_do: remedy };
  throw new FlywheelError('event.unfit', parameters, { cause });
}

function decode(entry: Entry, reader: AvroReader, ids: SchemaIds, bytes: Buffer, at_ms: number): DecodeOutcome {
  if (bytes.length <= frame_bytes) return refuse('decode.too_short', { bytes: bytes.length });
  const magic = bytes[0] ?? 0;
  if (magic !== 0) return refuse('decode.magic_byte', { byte: `0x${magic.toString(16).padStart(2, '0')}` });
  const id = bytes.readInt32BE(1);
  try {
    if (id !== entry.id) return decodeVersion(entry, reader, ids, id, bytes, at_ms);
    reader.reset(bytes, frame_bytes);
    const value = entry.codec.read(reader);
    reader.finish();
    return check(entry, value, at_ms);
  } catch (error) {
    const name = `${entry.topic.name} v${entry.topic.version}`;
    if (error instanceof DecodeFault) return located(entry.schema, name, reader, bytes, error);
    // A refusal by the resolver: decoding never throws.
    return faultAt(new DecodeFault('decode.invalid_value', String(error)), 'value', name);
  }
}

/** A record written with another schema than the one pinned. */
function decodeVersion(
  entry: Entry,
  reader: AvroReader,
  ids: SchemaIds,
  id: number,
  bytes: Buffer,
  at_ms: number,
): DecodeOutcome {
  const topic = entry.topic.name;
  const writer = ids.schemaOf(id);
  if (writer === undefined) return refuse('decode.unknown_schema', { id, topic, expected: entry.id });
  if (writer.topic !== topic) return refuse('decode.other_topic', { id, actual: writer.topic, topic });
  let version = entry.versions.get(id);
  if (version === undefined) {
    version = readVersion(writer.schema, schemaFile(topic, entry.topic.version));
    entry.versions.set(id, version);
  }
  if (typeof version === 'string')
    return refuse('decode.incompatible', { writer: writer.version, topic, reader: entry.topic.version, why: version });
  reader.reset(bytes, frame_bytes);
  const read = interpret(reader, version.schema);
  if (!read.ok) return faultAt(read.fault, read.field, `${topic} v${writer.version}`);
  return check(entry, version.resolve(bytes.subarray(frame_bytes)), at_ms);
}

function check(entry: Entry, value: object, at_ms: number): DecodeOutcome {
  let violation;
  try {
    violation = entry.topic.check(value, at_ms);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      stage: 'check',
      code: 'check.threw',
      message: describeError('check.threw', { topic: entry.topic.name, why }).message,
    };
  }
  if (violation === undefined) return { ok: true, value };
  const { field, value: found, rule, remedy } = violation;
  const { message } = describeError('check.rule', { field, value: found, rule, what_to_do: remedy });
  return { ok: false, stage: 'check', code: 'check.rule', message, field };
}

/** Walks the schema over bytes that a generated reader refused, to say at which field. */
function located(
  schema: RecordNode,
  name: string,
  reader: AvroReader,
  bytes: Buffer,
  fault: DecodeFault,
): DecodeOutcome {
  reader.reset(bytes, frame_bytes);
  const read = interpret(reader, schema);
  return read.ok ? faultAt(fault, 'value', name) : faultAt(read.fault, read.field, name);
}

function faultAt(fault: DecodeFault, field: string, schema: string): DecodeOutcome {
  const { message } = describeError(fault.code, { field, why: fault.message, schema });
  return { ok: false, stage: 'decode', code: fault.code, message, field };
}

function refuse<C extends ErrorCode>(code: C, parameters: ErrorParameters<C>): DecodeOutcome {
  return { ok: false, stage: 'decode', code, message: describeError(code, parameters).message };
}
