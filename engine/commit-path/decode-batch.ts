/** Steps 2 and 3 of the commit path: drop what was seen, then turn bytes into events or dead letters. */
import type { Topic } from '../../topology/topic.ts';
import type { BatchItem, Decider } from './decider.ts';
import type { TickProgress } from '../ledger.ts';
import type { Refusal, SeenFilter } from '../options.ts';
import type { Codec, LogRecord } from '../ports.ts';
import { isDiscarded, redrivenKey } from '../dead-letters/sent-back.ts';
import { dropName } from './watermarks.ts';

export interface DecodeContext {
  readonly group: string;
  readonly partition: number;
  readonly codec: Codec;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly partitionOf: (key: string) => number;
  readonly seen: SeenFilter;
  /** The record whose visit of every key goes on, chunk by chunk: it was taken, and is not finished. */
  readonly resumed: () => TickProgress | null;
  readonly decider: Decider;
  /** Carries the policy: decoded even if the processor has no handler for it. */
  readonly policyTopic: string;
  readonly schemaTopic: (topic: string) => string;
  readonly refuse: (refusal: Omit<Refusal, 'group' | 'at_ms'>) => void;
}

export function decodeRecords(records: readonly LogRecord[], context: DecodeContext): BatchItem[] {
  const items: BatchItem[] = [];
  let kind = kindOf('', context);
  for (const record of records) {
    if (wasTaken(record, context)) continue;
    // Records of one topic come in a row.
    if (record.topic !== kind.read) kind = kindOf(record.topic, context);
    const item = decodeOne(record, kind, context);
    if (item !== undefined) items.push(item);
  }
  return items;
}

/** Whether the record came before; if it did not, it counts as taken from now on. */
export function wasTaken(record: LogRecord, { seen, resumed }: Pick<DecodeContext, 'seen' | 'resumed'>): boolean {
  const name = dropName(record);
  if (name === undefined || !seen.seen(record.topic, name)) return false;
  const tick = resumed();
  return tick === null || tick.topic !== record.topic || tick.offset !== record.offset;
}

/** One record as an event, or undefined and a refusal. */
export const decodeRecord = (record: LogRecord, context: DecodeContext): BatchItem | undefined =>
  decodeOne(record, kindOf(record.topic, context), context);

/** What all records that were read from one topic have in common. */
interface Kind {
  /** The topic that they were read from. */
  readonly read: string;
  /** The topic whose schema they have. */
  readonly topic: string;
  /** The field that they are keyed by; null where they have no key. */
  readonly keyed_by: string | null;
}

function kindOf(read: string, { schemaTopic, topics }: DecodeContext): Kind {
  const topic = schemaTopic(read);
  return { read, topic, keyed_by: topics.get(topic)?.partitionKey ?? null };
}

function decodeOne(record: LogRecord, { topic, keyed_by }: Kind, context: DecodeContext): BatchItem | undefined {
  // Perhaps it cannot be read: that may be why it was given up.
  if (isDiscarded(record)) return { record, topic, value: {}, key: redrivenKey(record) ?? null };
  if (keyed_by !== null && context.partitionOf(record.key) !== context.partition)
    return wrongPartition(record, context);
  record.decoded ??= context.codec.decode(topic, record.value, record.appended_ms);
  const decoded = record.decoded;
  if (!decoded.ok) {
    context.refuse({
      record,
      stage: decoded.stage,
      code: decoded.code,
      message: decoded.message,
      field: decoded.field ?? null,
      state_key: null,
    });
    return undefined;
  }
  const { value } = decoded;
  if (keyed_by !== null && Reflect.get(value, keyed_by) !== record.key)
    return wrongKey(record, keyed_by, value, context);
  return keyedItem(record, topic, value, context);
}

function keyedItem(record: LogRecord, topic: string, value: object, context: DecodeContext): BatchItem | undefined {
  if (topic === context.policyTopic && !context.decider.handles(topic)) return { record, topic, value, key: null };
  try {
    return { record, topic, value, key: context.decider.stateKey(topic, record, value) };
  } catch (error) {
    context.refuse({
      record,
      stage: 'decide',
      code: 'decide.threw',
      message: messageOf(error),
      field: null,
      state_key: null,
    });
    return undefined;
  }
}

function wrongPartition(record: LogRecord, context: DecodeContext): undefined {
  const message =
    `key ${JSON.stringify(record.key)} belongs to partition ${context.partitionOf(record.key)}, it was written to ${context.partition}: ` +
    'partition by murmur2 of the key (librdkafka: partitioner=murmur2_random)';
  context.refuse({ record, stage: 'key', code: 'wrong_partition', message, field: null, state_key: null });
}

function wrongKey(record: LogRecord, field: string, value: object, context: DecodeContext): undefined {
  const message = `the record key is ${JSON.stringify(record.key)} but ${field} is ${JSON.stringify(Reflect.get(value, field))}: use ${field} as the record key`;
  context.refuse({ record, stage: 'key', code: 'wrong_key', message, field, state_key: null });
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
