/** What groups emitted, held against what their journals make: the order of the saga of budgets is its journal's alone. */
import type { CauseName } from '../engine/ports.ts';
import { rebuild } from '../engine/state/rebuild.ts';
import type { Runtime } from '../engine/runtime.ts';
import { takenRecords } from './taken-records.ts';

/** Values of events, JSON, by topic and cause. */
type Emitted = Map<string, string>;

const keyOf = (topic: string, { run, topic: from, partition, offset, ordinal }: CauseName): string =>
  `${topic} of ${from}/${partition}/${offset}/${ordinal} in run ${run}`;

/** Events by the group that emitted them, each once, as a reader of ours takes it. */
async function takenByGroup(engine: Runtime): Promise<ReadonlyMap<string, Emitted>> {
  const groups = new Map<string, Emitted>();
  for (const { name: topic } of engine.topology.topics)
    for await (const { name, value } of takenRecords(engine, topic)) {
      if (name === undefined) continue;
      const emitted: Emitted = groups.get(name.group) ?? new Map<string, string>();
      emitted.set(keyOf(topic, name), Buffer.from(value).toString('base64'));
      groups.set(name.group, emitted);
    }
  return groups;
}

export interface MadeAgain {
  /** Where the state that is stored, or what was emitted, is not what the journal makes: group and what differs. */
  readonly differences: readonly string[];
  /** Events that were compared, by group. */
  readonly events: ReadonlyMap<string, number>;
}

/**
 * Makes every group's state again from its journal, and of groups that decide (a caller asks the outside, and what it
 * was told is in the log) all that they emitted.
 */
export async function madeAgain(engine: Runtime): Promise<MadeAgain> {
  const taken = await takenByGroup(engine);
  const differences: string[] = [];
  const events = new Map<string, number>();
  for (const { wiring, call } of engine.topology.processors) {
    const { group } = wiring;
    const made: Emitted = new Map<string, string>();
    const rebuilt = await rebuild(engine, group, {
      onRecords: (records) => {
        for (const { topic, name, value } of records)
          if (name !== undefined) made.set(keyOf(topic, name), Buffer.from(value).toString('base64'));
      },
    });
    differences.push(...rebuilt.differences.map(({ key }) => `${group}: state of ${key}`));
    if (call !== undefined) continue;
    const there = taken.get(group) ?? new Map<string, string>();
    events.set(group, there.size);
    for (const name of new Set([...made.keys(), ...there.keys()]))
      if (made.get(name) !== there.get(name)) differences.push(`${group}: ${name}`);
  }
  return { differences, events };
}
