/** Sends dead letters back to the group that refused them, in the order in which it refused them, or gives them up. */
import { nameOf, type LogRecord, type NewRecord } from '../ports.ts';
import { readRange } from '../read-range.ts';
import type { Runtime } from '../runtime.ts';
import {
  dead_letter_header,
  discard_header,
  letterOf,
  redrive_header,
  redriveTopic,
  schemaTopicOf,
  type Settled,
} from './sent-back.ts';

/** A dead letter as stored, in the terms of the engine. */
export interface DeadLetter {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly state_key: string | null;
  readonly record_key: string;
  readonly record_value: Uint8Array;
}

export interface StoredDeadLetter {
  /** Where it is in the dead-letter topic. */
  readonly partition: number;
  readonly offset: number;
  readonly letter: DeadLetter;
}

/** What became of dead letters, by `partition/offset` in the dead-letter topic; one that waits is not in it. */
export async function settledLetters(runtime: Runtime): Promise<ReadonlyMap<string, Settled>> {
  const found = new Map<string, Settled>();
  const { topology, options } = runtime;
  for (const { wiring } of topology.processors)
    for (const { name } of wiring.reads)
      for (let partition = 0; partition < options.partitions; partition++)
        await addSettled(runtime, redriveTopic(name, wiring.group), partition, found);
  return found;
}

async function addSettled(
  runtime: Runtime,
  topic: string,
  partition: number,
  found: Map<string, Settled>,
): Promise<void> {
  const { start, end } = await runtime.log.range(topic, partition);
  for await (const record of readRange(runtime.log, topic, partition, start, end)) {
    const letter = letterOf(record);
    if (letter !== undefined) found.set(letter.id, letter.how);
  }
}

/** All dead letters, oldest first within a partition. */
export async function* deadLetters(
  runtime: Runtime,
  parse: (value: object) => DeadLetter,
): AsyncGenerator<StoredDeadLetter & { readonly record: LogRecord; readonly value: object }> {
  const topic = runtime.options.deadLetters.topic;
  for (let partition = 0; partition < runtime.options.partitions; partition++) {
    const { start, end } = await runtime.log.range(topic, partition);
    const told = new Set<string>();
    for await (const record of readRange(runtime.log, topic, partition, start, end)) {
      // Delivered twice after a crash it is one letter.
      const id = record.name === undefined ? String(record.offset) : nameOf(record.name);
      if (told.has(id)) continue;
      told.add(id);
      const { value } = runtime.decoded(record);
      if (value !== null) yield { partition, offset: record.offset, letter: parse(value), record, value };
    }
  }
}

/**
 * Settles the chosen dead letters, those of one key in their order: sends them back to be decided once more, or gives
 * them up, so that their keys no longer wait for them. Those settled before are left out. Returns how many were settled
 * and of how many keys.
 */
export function redrive(
  runtime: Runtime,
  parse: (value: object) => DeadLetter,
  chosen: (letter: StoredDeadLetter) => boolean,
  how: Settled = 'redriven',
): Promise<SettledLetters> {
  // One after the other: each must see what the one before has sent.
  const before = underway.get(runtime) ?? Promise.resolve();
  const own = before.then(() => settleNow(runtime, parse, chosen, how));
  underway.set(
    runtime,
    own.catch(() => undefined),
  );
  return own;
}

export interface SettledLetters {
  readonly settled: number;
  readonly keys: number;
}

const underway = new WeakMap<Runtime, Promise<unknown>>();

async function settleNow(
  runtime: Runtime,
  parse: (value: object) => DeadLetter,
  chosen: (letter: StoredDeadLetter) => boolean,
  how: Settled,
): Promise<SettledLetters> {
  const before = await settledLetters(runtime);
  const records: NewRecord[] = [];
  const keys = new Set<string>();
  const encoder = new TextEncoder();
  for await (const stored of deadLetters(runtime, parse)) {
    const id = `${stored.partition}/${stored.offset}`;
    if (before.has(id) || !chosen(stored)) continue;
    const { letter } = stored;
    keys.add(`${letter.group}|${letter.state_key ?? letter.record_key}`);
    records.push({
      topic: redriveTopic(schemaTopicOf(letter.topic), letter.group),
      partition: letter.partition,
      key: letter.record_key,
      value: letter.record_value,
      headers: {
        [redrive_header]: encoder.encode(letter.state_key ?? ''),
        [dead_letter_header]: encoder.encode(id),
        ...(how === 'discarded' ? { [discard_header]: encoder.encode('1') } : {}),
      },
    });
  }
  await runtime.log.append(records);
  return { settled: records.length, keys: keys.size };
}
