/** What can be seen of a toy run from outside: state, events as a reader takes them, rows as a table shows them. */
import { z } from 'zod';
import { Watermarks } from '../../engine/watermarks.ts';
import { nameOf, type LogRecord, type Row } from '../../engine/ports.ts';
import { readRange } from '../../engine/read-range.ts';
import type { Runtime } from '../../engine/runtime.ts';

export interface Seen {
  readonly state: readonly string[];
  readonly links: readonly string[];
  readonly rows: readonly string[];
  readonly breaks: number;
}

const checked = z.object({ breaks: z.number() });

async function linksOf(engine: Runtime): Promise<readonly string[]> {
  const links: string[] = [];
  for (let partition = 0; partition < engine.options.partitions; partition++) {
    const seen = new Watermarks({});
    const { start, end } = await engine.log.range('toy.link', partition);
    for await (const record of readRange(engine.log, 'toy.link', partition, start, end))
      if (record.name === undefined || !seen.seen(record.topic, record.name)) links.push(shown(record));
  }
  return links;
}

const shown = (record: LogRecord): string =>
  `${record.partition} ${record.name === undefined ? '' : nameOf(record.name)} ${Buffer.from(record.value).toString()}`;

/** Everything an uninterrupted run and an interrupted one must agree on. */
export async function seenOf(engine: Runtime, rows: readonly Row[]): Promise<Seen> {
  const state: string[] = [];
  let breaks = 0;
  for (const group of ['chain', 'check'])
    for await (const entry of engine.scan(group)) {
      state.push(JSON.stringify([group, entry.key, entry.stateKey, entry.state]));
      if (group === 'check') breaks += checked.parse(entry.state).breaks;
    }
  const distinct = new Map(rows.map((row) => [`${row.table} ${nameOf(row.name)}`, JSON.stringify(row.value)]));
  return {
    state,
    links: await linksOf(engine),
    rows: [...distinct].map(([name, value]) => `${name} ${value}`).sort(),
    breaks,
  };
}
