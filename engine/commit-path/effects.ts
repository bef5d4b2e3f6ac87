/** What one batch causes outside, collected while it is decided: records to append and rows to write. */
import { childTrace, traceHeaders } from '../trace.ts';
import type { ErasedDecision } from '../../topology/processor.ts';
import type { Topic } from '../../topology/topic.ts';
import type { EngineOptions, Limits } from '../options.ts';
import type { CauseName, Codec, LogRecord, NewRecord, Row } from '../ports.ts';

export interface EffectsContext {
  readonly group: string;
  readonly run: number;
  readonly partitions: number;
  readonly codec: Codec;
  readonly partitionOf: (key: string) => number;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly record_bytes: number;
}

/** Where the effects of a group go that runs in an engine of these options. */
export const effectsOf = (
  group: string,
  run: number,
  engine: {
    readonly options: EngineOptions;
    readonly limits: Limits;
    readonly partitionOf: (key: string) => number;
  },
): Effects =>
  new Effects({
    group,
    run,
    partitions: engine.options.partitions,
    codec: engine.options.codec,
    partitionOf: engine.partitionOf,
    topics: new Map(engine.options.topology.topics.map((topic) => [topic.name, topic])),
    record_bytes: engine.limits.record_bytes,
  });

export class Effects {
  records: NewRecord[] = [];
  rows: Row[] = [];
  bytes = 0;
  readonly #context: EffectsContext;

  constructor(context: EffectsContext) {
    this.#context = context;
  }

  get topics(): ReadonlyMap<string, Topic> {
    return this.#context.topics;
  }

  get empty(): boolean {
    return this.records.length === 0 && this.rows.length === 0;
  }

  /**
   * Encodes a decision's events and rows under names that follow `ordinal`; adds all of them or, when one does not
   * fit its schema, throws and adds none. Returns how many ordinals were used.
   */
  add(decision: ErasedDecision, cause: LogRecord, ordinal: number): number {
    if (decision.emit === undefined && decision.write === undefined) return 0;
    const records: NewRecord[] = [];
    let next = ordinal;
    for (const { topic, value } of decision.emit ?? []) this.#encode(topic, value, cause, next++, records);
    for (const { table, value } of decision.write ?? []) {
      const name = this.#name(cause, next++);
      const traceparent = childTrace(cause, name);
      const row = { table, value, name, at_ms: cause.appended_ms };
      this.rows.push(traceparent === undefined ? row : { ...row, traceparent });
      this.bytes += bytesOf(value);
    }
    for (const record of records) this.push(record);
    return next - ordinal;
  }

  /** Gives what was collected and begins anew. */
  take(): { readonly records: readonly NewRecord[]; readonly rows: readonly Row[]; readonly bytes: number } {
    const { records, rows, bytes } = this;
    this.records = [];
    this.rows = [];
    this.bytes = 0;
    return { records, rows, bytes };
  }

  push(record: NewRecord): void {
    this.records.push(record);
    this.bytes += record.value.length + record_overhead_bytes;
  }

  #name(cause: LogRecord, ordinal: number): CauseName {
    return {
      group: this.#context.group,
      run: this.#context.run,
      topic: cause.topic,
      partition: cause.partition,
      offset: cause.offset,
      ordinal,
    };
  }

  #encode(topicName: string, value: object, cause: LogRecord, ordinal: number, into: NewRecord[]): void {
    const { topics, codec, partitionOf, partitions, record_bytes } = this.#context;
    const topic = topics.get(topicName);
    if (topic === undefined) throw new Error(`emitted to ${topicName}, which is not a topic of the topology`);
    const bytes = codec.encode(topicName, value);
    if (bytes.length > record_bytes)
      throw new Error(`${topicName}: an event of ${bytes.length} bytes was emitted, a record may have ${record_bytes}`);
    const name = this.#name(cause, ordinal);
    const traced = traceHeaders(cause, name);
    if (topic.partitionKey === null) {
      for (let partition = 0; partition < partitions; partition++)
        into.push({ topic: topicName, partition, key: '', value: bytes, name, ...traced });
      return;
    }
    const key = keyOf(topic.partitionKey, value);
    into.push({ topic: topicName, partition: partitionOf(key), key, value: bytes, name, ...traced });
  }
}

/** Rough sizes of what surrounds a value in the outbox; the bound on the outbox needs no more. */
const record_overhead_bytes = 64;
const row_overhead_bytes = 200;
const field_bytes = 8;

/** Rough size of a row: its texts and bytes, and a word for everything else. */
function bytesOf(value: object): number {
  let bytes = row_overhead_bytes;
  for (const field of Object.values(value) as readonly unknown[])
    bytes += field_bytes + (typeof field === 'string' || field instanceof Uint8Array ? field.length : 0);
  return bytes;
}

/** The record key of a value: its partition key field, as text. */
export function keyOf(field: string, value: object): string {
  const key: unknown = Reflect.get(value, field);
  if (typeof key !== 'string' || key === '')
    throw new Error(`${field} must be a non-empty string, it is ${String(key)}: records are keyed by it`);
  return key;
}
