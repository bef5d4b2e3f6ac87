/** What can be seen of a toy run from outside: state, events as a reader takes them, rows as a table shows them. */
import { z } from 'zod';
import { Watermarks } from '../../engine/commit-path/watermarks.ts';
import { nameOf, type LogRecord, type Row } from '../../engine/ports.ts';
import { readRange } from '../../engine/read-range.ts';
import type { Runtime } from '../../engine/runtime.ts';

export interface Seen {
  readonly state: readonly string[];
  readonly links: readonly string[];
  readonly rows: readonly string[];
  /** Links that did not follow the one before them, and ends of the chain that two groups see differently. */
  readonly breaks: number;
}

const checked = z.object({ n: z.number(), hash: z.number(), breaks: z.number() });
const chained = z.object({ n: z.number(), hash: z.number() });

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
      if (group !== 'check') continue;
      const end = checked.parse(entry.state);
      const chain = chained.parse(await engine.state('chain', entry.key, entry.stateKey));
      breaks += end.breaks + (end.n === chain.n && end.hash === chain.hash ? 0 : 1);
    }
  // Told apart by coordinates, compared by content: an event delivered twice moves the offsets of those after it.
  const distinct = new Map(
    rows.map((row) => [`${row.table} ${nameOf(row.name)}`, `${row.table} ${JSON.stringify(row.value)}`]),
  );
  return {
    state,
    links: await linksOf(engine),
    rows: [...distinct.values()].sort(),
    breaks,
  };
}
