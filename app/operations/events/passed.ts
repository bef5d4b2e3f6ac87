/** Read your writes: where what was written stands in the log, and whether groups have passed it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from '../../../engine/runtime.ts';
import { z } from 'zod';

/** Behind everything that a topic's partition held when it was looked at. */
export interface Mark {
  readonly topic: string;
  readonly partition: number;
  /** The offset after the last record. */
  readonly end: number;
}

/**
 * Groups that must have passed a mark, by whose state or rows the next read is answered. Rows of a group without state,
 * as the archivist's, reach the store before its cursor moves.
 */
export interface Passing {
  readonly groups: readonly string[];
}

/** Marks behind what a key's records are now: taken after an append, they are behind what it appended. */
export async function marksBehind(engine: Runtime, topics: readonly string[], key: string): Promise<readonly Mark[]> {
  const partition = engine.partitionOf(key);
  const { log } = engine;
  return Promise.all(
    topics.map(async (topic) => {
      const { end } = await (log.rangeNow?.(topic, partition) ?? log.range(topic, partition));
      return { topic, partition, end };
    }),
  );
}

/** Those of the groups that have not passed all marks. A group that does not read a topic has passed it. */
export async function notPassed(
  { ledger, topology }: Pick<Runtime, 'ledger' | 'topology'>,
  marks: readonly Mark[],
  { groups }: Passing,
): Promise<readonly string[]> {
  const behind: string[] = [];
  for (const { wiring } of topology.processors) {
    if (!groups.includes(wiring.group)) continue;
    const read = marks.filter(({ topic }) => wiring.reads.some(({ name }) => name === topic));
    for (const { topic, partition, end } of read) {
      const { inputs } = await ledger.task(wiring.group, partition).head();
      if ((inputs[topic]?.offset ?? 0) >= end) continue;
      behind.push(wiring.group);
      break;
    }
  }
  return behind;
}

const first_look_ms = 1;
const longest_pause_ms = 50;

/** Waits until the groups have passed the marks, or long enough; answers those that have not. */
export async function untilPassed(
  engine: Pick<Runtime, 'ledger' | 'topology'>,
  marks: readonly Mark[],
  passing: Passing,
  within_ms: number,
): Promise<readonly string[]> {
  const until = performance.now() + within_ms;
  for (let pause_ms = first_look_ms; ; pause_ms = Math.min(longest_pause_ms, pause_ms * 2)) {
    const behind = await notPassed(engine, marks, passing);
    if (behind.length === 0 || performance.now() >= until) return behind;
    await sleep(pause_ms);
  }
}

/** A write as an id that any instance can look up: it holds all that is needed for it. */
export function printWrite(marks: readonly Mark[], { groups }: Passing): string {
  const value = [marks.map(({ topic, partition, end }) => [topic, partition, end]), groups];
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

const writeShape = z.tuple([
  z
    .array(z.tuple([z.string(), z.int().min(0), z.int().min(0)]))
    .min(1)
    .max(20),
  z.array(z.string()).min(1).max(50),
]);

/** The write of an id; null where it is none of ours. */
export function parseWrite(
  { options: { partitions }, topology }: Pick<Runtime, 'options' | 'topology'>,
  id: string,
): { readonly marks: readonly Mark[]; readonly passing: Passing } | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(id, 'base64url').toString());
  } catch {
    return null;
  }
  const parsed = writeShape.safeParse(value);
  if (!parsed.success) return null;
  const [marks, groups] = parsed.data;
  const isKnown = (name: string): boolean => topology.topics.some((topic) => topic.name === name);
  if (!marks.every(([topic, partition]) => partition < partitions && isKnown(topic))) return null;
  return {
    marks: marks.map(([topic, partition, end]) => ({ topic, partition, end })),
    passing: { groups },
  };
}
