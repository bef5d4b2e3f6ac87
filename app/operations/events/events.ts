/** The newest events of a topic, and the newest decisions over the topics that carry them. */
import type { EngineEvent } from '../../../engine/engine.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { nameOf } from '../../../topology/coordinates.ts';
import { schemaTopicOf } from '../../../engine/dead-letters/sent-back.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { OperationsContext } from '../context.ts';
import { decision_topics, decisionRow } from '../decisions/row.ts';
import { eventView } from './view.ts';
import type { DecisionRow, EventView } from '../operations.ts';

export const default_limit = 50;
export const largest_limit = 1_000;

export const bounded = (limit: number | undefined): number =>
  Math.max(1, Math.min(limit ?? default_limit, largest_limit));

/** The newest `limit` events of one topic, newest first; an event that was sent twice is one event. */
export async function newest(engine: Runtime, topic: string, limit: number): Promise<readonly EngineEvent[]> {
  const found: EngineEvent[] = [];
  for (let partition = 0; partition < engine.options.partitions; partition++)
    found.push(...(await newestOf(engine, topic, partition, limit)));
  return found.sort(newerFirst).slice(0, limit);
}

/** Reads backwards in growing steps, because compaction leaves gaps. */
async function newestOf(
  engine: Runtime,
  topic: string,
  partition: number,
  limit: number,
): Promise<readonly EngineEvent[]> {
  const { start, end } = await engine.log.range(topic, partition);
  const byName = new Map<string, EngineEvent>();
  for (let to = end, step = limit; to > start && byName.size < limit; step *= 2) {
    const from = Math.max(start, to - step);
    const records = await engine.log.read(topic, partition, from, to - from);
    for (const record of records) {
      if (record.offset >= to) break;
      byName.set(record.name === undefined ? String(record.offset) : nameOf(record.name), engine.decoded(record));
    }
    to = from;
  }
  return [...byName.values()].sort(newerFirst).slice(0, limit);
}

const newerFirst = ({ record: a }: EngineEvent, { record: b }: EngineEvent): number =>
  b.appended_ms - a.appended_ms || b.offset - a.offset;

export async function events(
  { engine }: OperationsContext,
  filter: { readonly topic: string; readonly limit?: number },
): Promise<readonly EventView[]> {
  const known = engine.topology.topics.map(({ name }) => name);
  const base = schemaTopicOf(filter.topic);
  if (!known.includes(base)) throw new FlywheelError('topic.unknown', { topic: filter.topic, known: known.join(', ') });
  return (await newest(engine, filter.topic, bounded(filter.limit))).map(eventView);
}

export async function decisions(
  { engine, directory }: OperationsContext,
  filter: { readonly topic?: string; readonly limit?: number },
): Promise<readonly DecisionRow[]> {
  if (filter.topic !== undefined && !decision_topics.includes(filter.topic))
    throw new FlywheelError('topic.unknown', {
      topic: `${filter.topic} that carries decisions`,
      known: decision_topics.join(', '),
    });
  const limit = bounded(filter.limit);
  const topics = filter.topic === undefined ? decision_topics : [filter.topic];
  const found = await Promise.all(topics.map((topic) => newest(engine, topic, limit)));
  return found
    .flat()
    .sort(newerFirst)
    .slice(0, limit)
    .flatMap((event) => decisionRow(event, directory) ?? []);
}
