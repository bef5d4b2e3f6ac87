/**
 * How tables are laid out. Rows are stored in a database of their own (`raw` in process), where a row sent twice may
 * stand twice until ClickHouse merges; people and programs read views of the same names, which are exact at any time.
 */
import type { Table } from '../../../topology/topic.ts';
import { eventColumns, identity, storedColumns, timeColumns, coordinates } from '../columns.ts';
import type { Newest } from '../newest.ts';

/** A name as ClickHouse reads it whatever it holds. */
export const quoted = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
/** A text as ClickHouse reads it. */
export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Names of where things are. */
export interface Layout {
  /** The database of stored rows. */
  readonly raw: string;
  /** What changes to the layout were made. */
  readonly changes: string;
  /** Where a table's rows are stored. */
  rawTable(table: { readonly name: string }): string;
}

export const layoutOf = (raw: string): Layout => ({
  raw,
  changes: `${quoted(raw)}.layout`,
  rawTable: ({ name }) => `${quoted(raw)}.${quoted(name)}`,
});

const declared = (table: Table): string =>
  storedColumns(table)
    .map(({ name, type }) => `${quoted(name)} ${type}`)
    .join(', ');

/** The columns as a text that `file()` takes. */
export const structureOf = declared;

/**
 * A table of which, of rows that are alike in `order`, the one with the highest `version` stays. An insert is on disk
 * before it is answered, as the cursor of the group that wrote it moves then.
 */
const replacing = (layout: Layout, table: Table, version: string, order: readonly string[]): string =>
  `CREATE TABLE IF NOT EXISTS ${layout.rawTable(table)} (${declared(table)})
    ENGINE = ReplacingMergeTree(${quoted(version)}) ORDER BY (${order.join(', ')})
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
    COMMENT ${literal(table.description)}`;

/**
 * Equal are rows of the same coordinates; of them the highest run stays. Not partitioned: each insert would make a part
 * for every partition it touches, which took three times as long at four partitions and 4,096 rows.
 */
export const createTable = (layout: Layout, table: Table): string =>
  replacing(layout, table, 'cause_run', [...new Set([...table.orderBy, ...identity])].map(quoted));

/** A map is the same in whatever order it was written. */
const sortedBy = (columns: readonly FoundColumn[], name: string): string =>
  columns.find((column) => column.name === name)?.type.startsWith('Map(') === true
    ? `toString(mapSort(${quoted(name)}))`
    : quoted(name);

/** Equal are rows that describe the same; of them the newest stays. */
export function createNewest(layout: Layout, { table, of, by }: Newest): string {
  const columns = storedColumns(table);
  return replacing(
    layout,
    table,
    by,
    of.map((name) => sortedBy(columns, name)),
  );
}

/** Name of what feeds the newest rows. */
export const feedOf = ({ table }: Newest): string => `${table.name}_feed`;

/**
 * Writes each row of a table beside it as well. A row that is inserted again is written again, which changes nothing:
 * it is no newer than itself. Null where what is there does so for all our columns; those of a newer program stay.
 * @param found columns that the feed has now
 */
export function writeFeed(
  layout: Layout,
  from: Table,
  newest: Newest,
  found: readonly FoundColumn[] | undefined,
): string | null {
  const known = storedColumns(from).map(({ name }) => name);
  const has = (found ?? []).map(({ name }) => name);
  if (found !== undefined && known.every((name) => has.includes(name))) return null;
  const feed = layout.rawTable({ name: feedOf(newest) });
  const names = [...new Set([...has, ...known])].map(quoted).join(', ');
  const select = `SELECT ${names} FROM ${layout.rawTable(from)}`;
  return found === undefined
    ? `CREATE MATERIALIZED VIEW IF NOT EXISTS ${feed} TO ${layout.rawTable(newest.table)} AS ${select}`
    : `ALTER TABLE ${feed} MODIFY QUERY ${select}`;
}

/** One statement may take so long as a request may: what is there already is taken in so many. */
const fill_statements = 16;

/** Takes in what was there before. */
export function fillNewest(layout: Layout, from: Table, { table, of }: Newest): readonly string[] {
  const names = storedColumns(table)
    .map(({ name }) => quoted(name))
    .join(', ');
  const key = of.map(quoted)[0] ?? "''";
  return Array.from(
    { length: fill_statements },
    (_, n) => `INSERT INTO ${layout.rawTable(table)} (${names}) SELECT ${names} FROM ${layout.rawTable(from)}
      WHERE cityHash64(${key}) % ${fill_statements} = ${n}`,
  );
}

const dateTime = (from: string, name: string): string =>
  `fromUnixTimestamp64Milli(${quoted(from)}, 'UTC') AS ${quoted(name)}`;

/** A column that is stored or seen. */
export interface FoundColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * Columns that a newer program added, and the times it shows of them: this program writes nothing into them, but must
 * not take them from those that read them. What a view shows under the name of a time is known by its type.
 */
function ofNewer(table: Table, stored: readonly FoundColumn[], seen: readonly FoundColumn[]): readonly string[] {
  const known = new Set(storedColumns(table).map(({ name }) => name));
  const times = new Set(seen.filter(({ type }) => type.includes('DateTime64')).map(({ name }) => name));
  return stored
    .filter(({ name }) => !known.has(name))
    .flatMap(({ name }) => {
      const bare = name.slice(0, -'_ms'.length);
      const time = name.endsWith('_ms') ? [bare, `${bare}_time`].find((one) => times.has(one)) : undefined;
      return time === undefined ? [quoted(name)] : [quoted(name), dateTime(name, time)];
    });
}

/**
 * The view under the table's name: each row once, times readable too. Of a broadcast topic, of which every partition
 * has its copy, one copy is seen. `stored` and `seen` are the columns that table and view have now.
 */
export function createView(
  layout: Layout,
  table: Table,
  stored: readonly FoundColumn[] = [],
  seen: readonly FoundColumn[] = [],
): string {
  const times = timeColumns(table).map(({ from, name }) => dateTime(from, name));
  const selected = [
    ...eventColumns(table).map(({ name }) => quoted(name)),
    ...times,
    ...ofNewer(table, stored, seen),
    "concat(cause_topic, '/', toString(cause_partition), '/', toString(cause_offset)) AS event_id",
    ...coordinates.map(({ name }) => quoted(name)),
    dateTime('logged_ms', 'logged'),
  ];
  const once = table.of.partitionKey === null ? ' WHERE cause_partition = 0' : '';
  return `CREATE OR REPLACE VIEW ${quoted(table.name)} AS SELECT ${selected.join(', ')} FROM ${layout.rawTable(table)} FINAL${once}`;
}
