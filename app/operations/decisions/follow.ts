/** What an event caused, forward: the tree of names that point back to it. */
import type { EngineEvent } from '../../../engine/engine.ts';
import { causedBy } from '../../../engine/explain/find.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { nameOf } from '../../../topology/coordinates.ts';
import { noState } from '../../../topology/processor.ts';
import type { OperationsContext } from '../context.ts';
import { parseCoordinates, parseName } from './id.ts';
import { decisionRow } from './row.ts';
import { eventView } from '../events/view.ts';
import type { FollowNode } from '../operations.ts';

/** Deepest chain of causes shown; a cycle of the topology would otherwise go on as long as it turns. */
const deepest = 12;
/** Most children shown of one event: a tick touches every key. */
const widest = 200;

/** The event of this id: a name of ours or `topic/partition/offset`; undefined when it is no longer kept. */
export async function findEvent(engine: Runtime, id: string): Promise<EngineEvent | undefined> {
  const place = parseCoordinates(id);
  if (place !== undefined) return engine.event(place.topic, place.partition, place.offset);
  const name = parseName(id);
  if (name === undefined) throw new FlywheelError('event.unknown', { id });
  for (const topic of outputsOf(engine, name.group)) {
    const found = await engine.find(topic, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Topics that a group emits to, dead letters included. */
export function outputsOf(engine: Runtime, group: string): readonly string[] {
  return [...engine.processor(group).wiring.emits.map(({ name }) => name), engine.options.deadLetters.topic];
}

export async function follow(
  { engine, directory }: OperationsContext,
  { id }: { readonly id: string },
): Promise<FollowNode | null> {
  const event = await findEvent(engine, id);
  if (event === undefined) return null;
  const cursors = new Map<string, number>();
  for (const { group, partition, offsets } of await engine.standings())
    for (const [topic, offset] of offsets) cursors.set(`${group}|${topic}|${partition}`, offset);
  return nodeOf({ engine, directory, cursors }, event, deepest);
}

interface Following extends Pick<OperationsContext, 'engine' | 'directory'> {
  /** Next offset by `group|topic|partition`. */
  readonly cursors: ReadonlyMap<string, number>;
}

async function nodeOf(following: Following, event: EngineEvent, depth: number): Promise<FollowNode> {
  const { engine, directory, cursors } = following;
  const { record } = event;
  const readers = engine.topology.processors
    .map(({ wiring }) => wiring)
    .filter(
      ({ reads, group }) =>
        reads.some(({ name }) => name === record.topic) || record.topic.endsWith(`.redrive.${group}`),
    );
  const pending = readers
    .map(({ group }) => group)
    .filter((group) => (cursors.get(`${group}|${record.topic}|${record.partition}`) ?? 0) <= record.offset);
  const caused: FollowNode[] = [];
  const kept: string[] = [];
  for (const { group, state } of depth > 0 ? readers : []) {
    const effects = await effectsOf(engine, group, event);
    for (const effect of effects) caused.push(await nodeOf(following, effect, depth - 1));
    if (effects.length === 0 && state !== noState && !pending.includes(group)) kept.push(group);
  }
  const row = decisionRow(event, directory);
  const words = row === undefined ? null : `${row.entity}: ${row.result}`;
  return { event: eventView(event), words, caused, pending, kept };
}

/** What one group made of an event; an effect that was sent twice is one effect. */
async function effectsOf(engine: Runtime, group: string, event: EngineEvent): Promise<readonly EngineEvent[]> {
  const effects = new Map<string, EngineEvent>();
  const { run } = await engine.ledger.task(group, event.record.partition).head();
  for (const topic of outputsOf(engine, group))
    for (const record of await causedBy(engine.log, topic, { group, run }, event.record)) {
      const id = record.name === undefined ? '' : `${topic} ${nameOf(record.name)}`;
      if (effects.size < widest && !effects.has(id)) effects.set(id, engine.decoded(record));
    }
  return [...effects.values()];
}
