/** Headers of records that were dead letters, and what they say to the group they go back to. */
import type { LogRecord } from '../ports.ts';

/** Name of the topic that carries dead letters of `topic` back to one group. */
export const redriveTopic = (topic: string, group: string): string => `${topic}.redrive.${group}`;

/** Whether a topic carries what went back to a group. */
export const isRedrive = (topic: string): boolean => topic.includes('.redrive.');

/** The topic whose schema the records of a topic have: a redrive topic carries another topic's events. */
export const schemaTopicOf = (topic: string): string => topic.split('.redrive.')[0] ?? topic;

/** The state key a record is for (empty: whatever its event says). It may pass a parked key. */
export const redrive_header = 'flywheel-redrive';
/** `partition/offset` of the dead letter it was. */
export const dead_letter_header = 'flywheel-dead-letter';
/** It is not to be decided: its key no longer waits for it. */
export const discard_header = 'flywheel-discard';

const decoder = new TextDecoder();

/** The key for which a record was sent back; undefined where it was not, or had none when it was refused. */
export function redrivenKey(record: LogRecord): string | undefined {
  const header = record.headers?.[redrive_header];
  return header === undefined || header.length === 0 ? undefined : decoder.decode(header);
}

export const isDiscarded = (record: LogRecord): boolean => record.headers?.[discard_header] !== undefined;

/** A dead letter by its place in the dead-letter topic, and what became of it. */
export interface SentLetter {
  /** `partition/offset`. */
  readonly id: string;
  readonly partition: number;
  readonly offset: number;
  readonly how: Settled;
}

/** The dead letter that a record was; undefined where it was none. */
export function letterOf(record: LogRecord): SentLetter | undefined {
  const header = record.headers?.[dead_letter_header];
  if (header === undefined) return undefined;
  const id = decoder.decode(header);
  const [partition = NaN, offset = NaN] = id.split('/').map(Number);
  return { id, partition, offset, how: isDiscarded(record) ? 'discarded' : 'redriven' };
}

/** What became of a dead letter: decided once more, or given up. */
export type Settled = 'redriven' | 'discarded';
