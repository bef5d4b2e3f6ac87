/** Our own books as tables of SQL: `flywheel.state`, `flywheel.cursors` and their like, made when a query names them. */
import type { Runtime } from '../../../engine/runtime.ts';
import { deadLetters, settledLetters } from '../../../engine/dead-letters/redrive.ts';
import type { Column } from '../context.ts';
import { deadLetterRow, deadLetterShape, engineDeadLetter } from '../dead-letters/shape.ts';
import { plain } from '../events/view.ts';

type Line = Readonly<Record<string, unknown>>;

interface OwnTable {
  readonly description: string;
  readonly columns: readonly Column[];
  lines(engine: Runtime): AsyncIterable<Line>;
}

/** `'group String, offset UInt64'` as columns. */
const columns = (text: string): readonly Column[] =>
  text.split(', ').map((column) => {
    const [name = '', ...type] = column.split(' ');
    return { name, type: type.join(' ') };
  });

async function* stateLines(engine: Runtime): AsyncGenerator<Line> {
  for (const { wiring } of engine.topology.processors)
    for await (const { key, stateKey, state } of engine.scan(wiring.group))
      yield { group: wiring.group, key, state_key: stateKey, state: JSON.stringify(plain(state)) };
}

async function* deadLetterLines(engine: Runtime): AsyncGenerator<Line> {
  const settled = await settledLetters(engine);
  for await (const { partition, offset, value } of deadLetters(engine, engineDeadLetter)) {
    const letter = deadLetterShape.parse(value);
    yield {
      ...deadLetterRow({ partition, offset }, letter, settled.get(`${partition}/${offset}`)),
      state_key: letter.state_key,
    };
  }
}

async function* groupLines(engine: Runtime): AsyncGenerator<Line> {
  for (const status of engine.groups()) yield { ...status };
}

export const own_tables: Readonly<Record<string, OwnTable>> = {
  state: {
    description: 'state of every group, as JSON',
    columns: columns('group String, key String, state_key String, state String'),
    lines: stateLines,
  },
  groups: {
    description: 'how each group does',
    columns: columns(
      'group String, state String, reason Nullable(String), lag Int64, events_total UInt64, emitted_total UInt64, rows_total UInt64, dead_letters_total UInt64, outbox_bytes UInt64, last_event_ms Nullable(Int64)',
    ),
    lines: groupLines,
  },
  cursors: {
    description: 'how far each group has read each input',
    columns: columns(
      'group String, partition UInt32, topic String, offset UInt64, end UInt64, lag Int64, seq UInt64, delivered_seq UInt64',
    ),
    lines: (engine) => engine.inspect('cursors'),
  },
  watermarks: {
    description: 'the last effect of each group that a reader took',
    columns: columns(
      'group String, partition UInt32, topic String, by_group String, input_topic String, input_partition UInt32, run UInt32, offset UInt64, ordinal UInt32',
    ),
    lines: (engine) => engine.inspect('watermarks'),
  },
  outbox: {
    description: 'effects that are committed and not yet delivered',
    columns: columns(
      'group String, partition UInt32, seq UInt64, kind String, to String, name Nullable(String), bytes Nullable(UInt64)',
    ),
    lines: (engine) => engine.inspect('outbox'),
  },
  journal: {
    description: 'what each batch took, in which order',
    columns: columns(
      'group String, partition UInt32, run UInt32, seq UInt64, code String, policy Nullable(String), ranges String',
    ),
    lines: (engine) => engine.inspect('journal'),
  },
  parked: {
    description: 'keys whose handler threw and that wait for their dead letters',
    columns: columns('group String, partition UInt32, key String, dead_letters UInt64'),
    lines: (engine) => engine.inspect('parked'),
  },
  dead_letters: {
    description: 'records that a group could not take',
    columns: columns(
      'id String, group String, topic String, partition UInt32, offset UInt64, stage String, code String, message String, field Nullable(String), state_key Nullable(String), at_ms Int64, settled Nullable(String)',
    ),
    lines: deadLetterLines,
  },
};

/** Names of own tables that a statement mentions. */
export function mentioned(sql: string): readonly string[] {
  const names = [...sql.matchAll(/\bflywheel\s*\.\s*[`"]?(\w+)/gi)].map((match) => (match[1] ?? '').toLowerCase());
  return [...new Set(names)];
}

/** The lines of one own table, with exactly its columns. */
export async function linesOf(engine: Runtime, table: OwnTable): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const line of table.lines(engine))
    lines.push(Object.fromEntries(table.columns.map(({ name }) => [name, line[name] ?? null])));
  return lines;
}
