/** Pages of topics, newest first: a cursor says how far each partition was read, so that what comes in between moves nothing. */
import type { EngineEvent } from '../../../engine/engine.ts';
import type { LogRange } from '../../../engine/ports.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { nameOf } from '../../../topology/coordinates.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { z } from 'zod';

export interface EventPage {
  readonly events: readonly EngineEvent[];
  /** Where the next page begins; null where there is none. */
  readonly next: string | null;
}

export interface PageOf {
  readonly topics: readonly string[];
  readonly limit: number;
  readonly after?: string;
  /** What the page is of; all events where left out. */
  matches?(event: EngineEvent): boolean;
}

/** Offsets before which each partition is still to be read, by topic. */
type Places = Readonly<Record<string, readonly number[]>>;

const places = z.record(z.string(), z.array(z.int().min(0)));

/** Records of a partition that are looked at for one page: what matches rarely takes several pages. */
const most_looked_at = 20_000;

/** @throws FlywheelError `request.cursor` */
export async function pageOf(engine: Runtime, { topics, limit, after, matches }: PageOf): Promise<EventPage> {
  const from = after === undefined ? undefined : parseCursor(after, topics, engine.options.partitions);
  const found: { readonly event: EngineEvent; readonly topic: string; readonly partition: number }[] = [];
  const reached: Record<string, number[]> = {};
  for (const topic of topics) {
    const own: number[] = (reached[topic] = []);
    for (let partition = 0; partition < engine.options.partitions; partition++) {
      const range = await engine.log.range(topic, partition);
      const to = Math.min(range.end, from?.[topic]?.[partition] ?? range.end);
      const { events, at } = await newestBefore(engine, topic, partition, { range, to, limit, matches });
      own[partition] = at;
      found.push(...events.map((event) => ({ event, topic, partition })));
    }
  }
  const page = found.sort((a, b) => newerFirst(a.event, b.event)).slice(0, limit);
  // What was found and does not stand on this page begins the next one.
  for (const { event, topic, partition } of found.slice(limit)) {
    const own = reached[topic];
    if (own !== undefined) own[partition] = Math.max(own[partition] ?? 0, event.record.offset + 1);
  }
  const more = await anyLeft(engine, reached);
  return { events: page.map(({ event }) => event), next: more ? printCursor(reached) : null };
}

interface Reading {
  readonly range: LogRange;
  readonly to: number;
  readonly limit: number;
  readonly matches: PageOf['matches'];
}

/** Reads backwards in growing steps, because compaction leaves gaps. An event that was sent twice is one event. */
async function newestBefore(
  engine: Runtime,
  topic: string,
  partition: number,
  { range: { start }, to: end, limit, matches }: Reading,
): Promise<{ readonly events: readonly EngineEvent[]; readonly at: number }> {
  const byName = new Map<string, EngineEvent>();
  let to = end;
  for (let step = limit; to > start && byName.size < limit && end - to < most_looked_at; step *= 2) {
    const from = Math.max(start, to - step);
    const records = await engine.log.read(topic, partition, from, to - from);
    for (const record of records) {
      if (record.offset >= to) break;
      const event = engine.decoded(record);
      if (matches?.(event) ?? true)
        byName.set(record.name === undefined ? String(record.offset) : nameOf(record.name), event);
    }
    to = from;
  }
  const events = [...byName.values()].sort(newerFirst);
  // Steps grow: what is more than a page is left for the next one.
  const page = events.slice(0, limit);
  const last = page.at(-1);
  return { events: page, at: events.length > limit && last !== undefined ? last.record.offset : to };
}

const newerFirst = ({ record: a }: EngineEvent, { record: b }: EngineEvent): number =>
  b.appended_ms - a.appended_ms || b.offset - a.offset;

async function anyLeft(engine: Runtime, reached: Places): Promise<boolean> {
  for (const [topic, own] of Object.entries(reached))
    for (const [partition, at] of own.entries()) {
      const { start } = await engine.log.range(topic, partition);
      if (at > start) return true;
    }
  return false;
}

const printCursor = (reached: Places): string => Buffer.from(JSON.stringify(reached)).toString('base64url');

function parseCursor(text: string, topics: readonly string[], partitions: number): Places {
  const refused = (): FlywheelError =>
    new FlywheelError('request.cursor', { field: 'after', value: JSON.stringify(text.slice(0, 60)) });
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw refused();
  }
  const cursor = places.safeParse(value);
  if (!cursor.success || !topics.every((topic) => cursor.data[topic]?.length === partitions)) throw refused();
  return cursor.data;
}
