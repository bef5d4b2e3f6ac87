/**
 * How tables are laid out. Rows are stored in the database `raw`, where a row sent twice may stand twice until
 * ClickHouse merges; people and programs read views of the same names, which are exact at any time.
 */
import type { Table } from '../../../topology/topic.ts';
import { eventColumns, identity, storedColumns, timeColumns, coordinates } from '../columns.ts';

/** The database of stored rows. */
export const raw_database = 'raw';
/** What changes to the layout were made. */
export const layout_table = `${raw_database}.layout`;

/** A name as ClickHouse reads it whatever it holds. */
export const quoted = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
/** A text as ClickHouse reads it. */
export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export const rawTable = ({ name }: { readonly name: string }): string => `${raw_database}.${quoted(name)}`;

const declared = (table: Table): string =>
  storedColumns(table)
    .map(({ name, type }) => `${quoted(name)} ${type}`)
    .join(', ');

/** The columns as a text that `file()` takes. */
export const structureOf = declared;

/**
 * Equal are rows of the same coordinates; of them the highest run stays. Not partitioned: each insert would make a part
 * for every partition it touches, which took three times as long at four partitions and 4,096 rows. An insert is on disk before it is answered, as the cursor
 * of the group that wrote it moves then.
 */
export function createTable(table: Table): string {
  const order = [...new Set([...table.orderBy, ...identity])].map(quoted).join(', ');
  return `CREATE TABLE IF NOT EXISTS ${rawTable(table)} (${declared(table)})
    ENGINE = ReplacingMergeTree(cause_run) ORDER BY (${order})
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
    COMMENT ${literal(table.description)}`;
}

const dateTime = (from: string, name: string): string =>
  `fromUnixTimestamp64Milli(${quoted(from)}, 'UTC') AS ${quoted(name)}`;

/**
 * The view under the table's name: each row once, times readable too. Of a broadcast topic, of which every partition
 * has its copy, one copy is seen.
 */
export function createView(table: Table): string {
  const times = timeColumns(table).map(({ from, name }) => dateTime(from, name));
  const selected = [
    ...eventColumns(table).map(({ name }) => quoted(name)),
    ...times,
    "concat(cause_topic, '/', toString(cause_partition), '/', toString(cause_offset)) AS event_id",
    ...coordinates.map(({ name }) => quoted(name)),
    dateTime('logged_ms', 'logged'),
  ];
  const once = table.of.partitionKey === null ? ' WHERE cause_partition = 0' : '';
  return `CREATE OR REPLACE VIEW ${quoted(table.name)} AS SELECT ${selected.join(', ')} FROM ${rawTable(table)} FINAL${once}`;
}
