/** What a record's bytes could be: each decoder is asked and says what it found, or where it stopped. */
import { isUtf8 } from 'node:buffer';
import type { Topic } from '../topology/topic.ts';
import { interpret } from './avro/interpret.ts';
import { AvroReader } from './avro/reader.ts';
import { parseSchema, type RecordNode } from './avro/schema.ts';
import { frame_bytes } from './codec.ts';
import { fit, printValue } from './fit.ts';
import { checkedInIds, schemaFile, type SchemaIds } from './ids.ts';

export interface DecoderReport {
  readonly decoder: string;
  /** Whether all bytes make sense to it. */
  readonly ok: boolean;
  readonly said: string;
  /** What it read, as JSON (bytes as base64); null where it read nothing. */
  readonly value: unknown;
}

export interface BytesReport {
  readonly bytes: number;
  /** First byte, 0 in Confluent wire format; null of no bytes. */
  readonly magic_byte: number | null;
  /** Schema id of the frame; null where there is no frame. */
  readonly schema_id: number | null;
  /** Topic and version behind that id, `ad.metrics v1`; null where it is not known. */
  readonly schema_name: string | null;
  readonly decoders: readonly DecoderReport[];
}

export interface DescribeOptions {
  /** The topic the record was read from. */
  readonly topic: Topic;
  /** Topics whose plain Avro is tried as well: a producer may have taken the wrong one. */
  readonly topics: readonly Topic[];
  /** When the record reached the log; field rules hold times against it. */
  readonly at_ms: number;
  readonly ids?: SchemaIds;
}

export function describeBytes(bytes: Uint8Array, options: DescribeOptions): BytesReport {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const framed = buffer.length > frame_bytes && buffer[0] === 0;
  const schema_id = framed ? buffer.readInt32BE(1) : null;
  const writer = schema_id === null ? undefined : (options.ids ?? checkedInIds).schemaOf(schema_id);
  const decoders = [
    confluent(buffer, schema_id, writer, options),
    ...asTopic(buffer, framed, writer?.topic, options),
    ...plainAvro(buffer, options),
    json(buffer, options),
    text(buffer),
  ];
  return {
    bytes: buffer.length,
    magic_byte: buffer[0] ?? null,
    schema_id,
    schema_name: writer === undefined ? null : `${writer.topic} v${writer.version}`,
    decoders,
  };
}

type Writer = ReturnType<SchemaIds['schemaOf']>;

/** With the schema that the frame names. */
function confluent(buffer: Buffer, id: number | null, writer: Writer, options: DescribeOptions): DecoderReport {
  const decoder = 'Confluent Avro';
  if (id === null) return silent(decoder, noFrame(buffer));
  if (writer === undefined) return silent(decoder, `schema id ${id} is not known`);
  const name = `${decoder} (${writer.topic} v${writer.version})`;
  return avro(name, buffer.subarray(frame_bytes), parseSchema(writer.schema), writer.topic, options);
}

function noFrame(buffer: Buffer): string {
  const [magic] = buffer;
  if (magic === undefined) return 'there are no bytes';
  if (magic !== 0) return `the first byte is 0x${magic.toString(16).padStart(2, '0')}, not 0x00`;
  return `${buffer.length} bytes are too few for a frame and a value`;
}

/** The framed body with the schema of the topic it was read from, where the frame names another. */
function asTopic(
  buffer: Buffer,
  framed: boolean,
  named: string | undefined,
  options: DescribeOptions,
): DecoderReport[] {
  const { topic } = options;
  if (!framed || named === topic.name) return [];
  const name = `frame passed over, as ${topic.name} v${topic.version}`;
  return [avro(name, buffer.subarray(frame_bytes), schemaOf(topic), topic.name, options)];
}

/** All bytes as Avro without a frame: the topic's schema always, others where every byte fits. */
function plainAvro(buffer: Buffer, options: DescribeOptions): DecoderReport[] {
  return options.topics
    .map((topic) => ({
      topic,
      report: avro(`plain Avro (${topic.name} v${topic.version})`, buffer, schemaOf(topic), topic.name, options),
    }))
    .filter(({ topic, report }) => report.ok || topic.name === options.topic.name)
    .map(({ report }) => report);
}

const schemaOf = (topic: Topic): RecordNode => parseSchema(schemaFile(topic.name, topic.version));

const reader = new AvroReader();

function avro(
  decoder: string,
  body: Buffer,
  schema: RecordNode,
  topic: string,
  options: DescribeOptions,
): DecoderReport {
  reader.reset(body, 0);
  const read = interpret(reader, schema);
  if (!read.ok) return silent(decoder, `stopped at ${read.field}: ${read.fault.message}`);
  return { decoder, ok: true, said: ruleSaid(topic, read.value, options), value: toJson(read.value) };
}

/** What the field rules say of a value that was read. */
function ruleSaid(topic: string, value: object, { topics, at_ms }: DescribeOptions): string {
  const rules = topics.find(({ name }) => name === topic);
  if (rules === undefined) return 'every byte fits';
  try {
    const violation = rules.check(value, at_ms);
    if (violation === undefined) return 'every byte fits, every field keeps its rule';
    return `every byte fits, but ${violation.field} is ${violation.value}: ${violation.rule}; ${violation.remedy}`;
  } catch {
    // A value of an older version may lack fields that the rules ask for.
    return 'every byte fits';
  }
}

function json(buffer: Buffer, { topic, at_ms, topics }: DescribeOptions): DecoderReport {
  const decoder = 'JSON';
  if (!isUtf8(buffer)) return silent(decoder, 'the bytes are not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(buffer.toString('utf8'));
  } catch (error) {
    return silent(decoder, error instanceof Error ? error.message : String(error));
  }
  const fitted = fit(value, schemaOf(topic));
  if (fitted.ok) {
    const rules = ruleSaid(topic.name, fitted.value, { topic, at_ms, topics }).replace(
      'every byte fits',
      `it fits ${topic.name}`,
    );
    return { decoder, ok: true, said: `${rules}; publish it with: flywheel publish --topic ${topic.name} -`, value };
  }
  const problems = fitted.problems.slice(0, 3).map(({ field, rule }) => `${field} ${rule}`);
  return { decoder, ok: true, said: `it is JSON, but does not fit ${topic.name}: ${problems.join('; ')}`, value };
}

const unprintable = /[^\P{Cc}\n\r\t]/u;

function text(buffer: Buffer): DecoderReport {
  const decoder = 'UTF-8 text';
  if (buffer.length === 0) return silent(decoder, 'there are no bytes');
  if (!isUtf8(buffer)) return silent(decoder, 'the bytes are not UTF-8');
  const value = buffer.toString('utf8');
  if (unprintable.test(value)) return silent(decoder, 'it holds control characters');
  return { decoder, ok: true, said: printValue(value), value };
}

const silent = (decoder: string, said: string): DecoderReport => ({ decoder, ok: false, said, value: null });

/** A value as JSON holds it: bytes as base64, numbers that JSON lacks as their name. */
function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]));
}
