/** What sending dead letters back would do, letter by letter, before any is sent. */
import type { LogRecord } from '../ports.ts';
import { deadLetters, settledLetters, type DeadLetter, type StoredDeadLetter } from './redrive.ts';
import type { Runtime } from '../runtime.ts';
import { isRedrive, letterOf, schemaTopicOf, type Settled } from './sent-back.ts';

/**
 * `decided`: its group decides it once more. `refused`: its bytes still mean nothing, so it comes back as a dead letter.
 * `nothing`: it was sent back or given up before, and is left out.
 */
export type PlannedOutcome = 'decided' | 'refused' | 'nothing';

export interface PlannedLetter {
  /** Where it is in the dead-letter topic. */
  readonly partition: number;
  readonly offset: number;
  readonly letter: DeadLetter;
  readonly outcome: PlannedOutcome;
  /** Why it is refused or left out; null where it is decided. */
  readonly reason: string | null;
  /** Other groups that took the record when it first came: it does not go to them a second time. */
  readonly handled_by: readonly string[];
  /** Other groups that read the topic and are not there yet: they take the record itself, whatever becomes of this one. */
  readonly not_yet: readonly string[];
  /** Letters of the same group and key that wait, came before it and are not chosen: it passes them. */
  readonly passes: number;
}

/** @param chosen letters that would be sent back; `parse` as for `redrive` */
export async function planRedrive(
  runtime: Runtime,
  parse: (value: object) => DeadLetter,
  chosen: (letter: StoredDeadLetter) => boolean,
): Promise<readonly PlannedLetter[]> {
  const settled = await settledLetters(runtime);
  const taken = await offsetsTaken(runtime);
  const left_out = new Map<string, number>();
  const planned: PlannedLetter[] = [];
  for await (const stored of deadLetters(runtime, parse)) {
    const { partition, offset, letter } = stored;
    const how = settled.get(`${partition}/${offset}`);
    const key = `${letter.group}|${letter.state_key ?? letter.record_key}`;
    if (!chosen(stored)) {
      if (how === undefined) left_out.set(key, (left_out.get(key) ?? 0) + 1);
      continue;
    }
    const others = await othersOf(runtime, parse, letter, taken);
    const passes = how === undefined ? (left_out.get(key) ?? 0) : 0;
    planned.push({ partition, offset, letter, ...outcomeOf(runtime, stored, how), ...others, passes });
  }
  return planned;
}

function outcomeOf(
  runtime: Runtime,
  { letter, record }: StoredDeadLetter & { readonly record: LogRecord },
  how: Settled | undefined,
): Pick<PlannedLetter, 'outcome' | 'reason'> {
  if (how !== undefined)
    return { outcome: 'nothing', reason: how === 'redriven' ? 'it was sent back before' : 'it was given up' };
  const topic = schemaTopicOf(letter.topic);
  const decoded = runtime.options.codec.decode(topic, letter.record_value, record.appended_ms);
  return decoded.ok ? { outcome: 'decided', reason: null } : { outcome: 'refused', reason: decoded.message };
}

type Taken = (group: string, topic: string, partition: number) => number;

/** Next offset of every group in its inputs. */
async function offsetsTaken(runtime: Runtime): Promise<Taken> {
  const standings = await runtime.standings();
  const offsets = new Map(standings.map((one) => [`${one.group}|${one.partition}`, one.offsets]));
  return (group, topic, partition) => offsets.get(`${group}|${partition}`)?.get(topic) ?? 0;
}

async function othersOf(
  runtime: Runtime,
  parse: (value: object) => DeadLetter,
  letter: DeadLetter,
  taken: Taken,
): Promise<Pick<PlannedLetter, 'handled_by' | 'not_yet'>> {
  const { topic, partition, offset } = await firstPlace(runtime, parse, letter);
  const others = runtime.topology.processors
    .filter(({ wiring }) => wiring.group !== letter.group && wiring.reads.some(({ name }) => name === topic))
    .map(({ wiring }) => wiring.group);
  return {
    handled_by: others.filter((group) => taken(group, topic, partition) > offset),
    not_yet: others.filter((group) => taken(group, topic, partition) <= offset),
  };
}

/** Where the record stood when it first came: one that was sent back and refused again stands in a redrive topic. */
async function firstPlace(
  runtime: Runtime,
  parse: (value: object) => DeadLetter,
  letter: DeadLetter,
): Promise<Pick<DeadLetter, 'topic' | 'partition' | 'offset'>> {
  let at = letter;
  while (isRedrive(at.topic)) {
    const [sent] = await runtime.log.read(at.topic, at.partition, at.offset, 1);
    const before = sent === undefined ? undefined : letterOf(sent);
    if (before === undefined) break;
    const event = await runtime.event(runtime.options.deadLetters.topic, before.partition, before.offset);
    if (event === undefined || event.value === null) break;
    at = parse(event.value);
  }
  return at;
}
