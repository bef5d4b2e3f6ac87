/** Sends dead letters back to the group that refused them, in the order in which it refused them. */
import { dead_letter_header, redrive_header, redriveTopic } from './options.ts';
import { nameOf, type LogRecord, type NewRecord } from './ports.ts';
import { readRange } from './read-range.ts';
import type { Runtime } from './runtime.ts';

/** A dead letter as stored, in the terms of the engine. */
export interface DeadLetter {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
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

/** Which dead letters went back already: `partition/offset` in the dead-letter topic. */
export async function redriven(runtime: Runtime): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const { topology, options } = runtime;
  for (const { wiring } of topology.processors)
    for (const { name } of wiring.reads)
      for (let partition = 0; partition < options.partitions; partition++)
        for (const id of await redrivenFrom(runtime, redriveTopic(name, wiring.group), partition)) found.add(id);
  return found;
}

async function redrivenFrom(runtime: Runtime, topic: string, partition: number): Promise<readonly string[]> {
  const { start, end } = await runtime.log.range(topic, partition);
  const ids: string[] = [];
  for await (const record of readRange(runtime.log, topic, partition, start, end)) {
    const header = record.headers?.[dead_letter_header];
    if (header !== undefined) ids.push(new TextDecoder().decode(header));
  }
  return ids;
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
 * Sends the chosen dead letters back, those of one key in their order; letters that went back before are left out.
 * Returns how many went and of how many keys.
 */
export function redrive(
  runtime: Runtime,
  parse: (value: object) => DeadLetter,
  chosen: (letter: StoredDeadLetter) => boolean,
): Promise<Redriven> {
  // One after the other: each must see what the one before has sent.
  const before = underway.get(runtime) ?? Promise.resolve();
  const own = before.then(() => redriveNow(runtime, parse, chosen));
  underway.set(
    runtime,
    own.catch(() => undefined),
  );
  return own;
}

export interface Redriven {
  readonly redriven: number;
  readonly keys: number;
}

const underway = new WeakMap<Runtime, Promise<unknown>>();

async function redriveNow(
  runtime: Runtime,
  parse: (value: object) => DeadLetter,
  chosen: (letter: StoredDeadLetter) => boolean,
): Promise<Redriven> {
  const before = await redriven(runtime);
  const records: NewRecord[] = [];
  const keys = new Set<string>();
  const encoder = new TextEncoder();
  for await (const stored of deadLetters(runtime, parse)) {
    const id = `${stored.partition}/${stored.offset}`;
    if (before.has(id) || !chosen(stored)) continue;
    const { letter } = stored;
    keys.add(`${letter.group}|${letter.state_key ?? letter.record_key}`);
    records.push({
      topic: redriveTopic(letter.topic.split('.redrive.')[0] ?? letter.topic, letter.group),
      partition: letter.partition,
      key: letter.record_key,
      value: letter.record_value,
      headers: { [redrive_header]: encoder.encode(letter.state_key ?? ''), [dead_letter_header]: encoder.encode(id) },
    });
  }
  await runtime.log.append(records);
  return { redriven: records.length, keys: keys.size };
}
