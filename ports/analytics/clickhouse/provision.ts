/** Brings a store to the layout that this program knows: first the layout's own versions, then tables and views. */
import { z } from 'zod';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Table } from '../../../topology/topic.ts';
import { storedColumns } from '../columns.ts';
import { newestOf } from '../newest.ts';
import {
  createNewest,
  createTable,
  createView,
  feedOf,
  fillNewest,
  literal,
  quoted,
  type FoundColumn,
  type Layout,
  writeFeed,
} from './layout.ts';

/** What provisioning asks of a store. */
export interface Statements {
  /** Folder or address, as errors name it. */
  readonly place: string;
  readonly layout: Layout;
  run(statement: string): Promise<void>;
  read(statement: string): Promise<readonly (readonly unknown[])[]>;
}

interface LayoutChange {
  readonly version: number;
  readonly description: string;
  readonly statements: readonly string[];
}

/**
 * Changes to the layout, oldest first. One that was released is never edited: another one follows it. Several programs
 * may make one at the same time, and one that ended in the middle makes it again: each statement may run twice.
 */
const changes: readonly LayoutChange[] = [
  {
    version: 1,
    description: 'rows in raw, views by their names',
    statements: [],
  },
];

const newest = changes.length;
const versionRow = z.tuple([z.coerce.number()]);
const columnRow = z.tuple([z.string(), z.string(), z.string()]);

/**
 * Throws `store.too_new` where a newer program laid the store out, `store.columns` where a column's type differs. Tables
 * and views only ever gain columns, so that an older program beside this one goes on writing and reading its own.
 */
export async function provision(store: Statements, tables: readonly Table[]): Promise<void> {
  await migrate(store);
  const stored = await columnsIn(store, literal(store.layout.raw));
  const seen = await columnsIn(store, 'currentDatabase()');
  for (const table of tables) {
    const columns = stored.get(table.name);
    if (columns === undefined) await store.run(createTable(store.layout, table));
    else await addColumns(store, table, columns);
    await store.run(createView(store.layout, table, columns, seen.get(table.name)));
    await provisionNewest(store, table, { stored, seen });
  }
}

interface Found {
  readonly stored: ReadonlyMap<string, readonly FoundColumn[]>;
  readonly seen: ReadonlyMap<string, readonly FoundColumn[]>;
}

/** The view comes last: where it is not there, or nothing fed the rows, what was there before is not all taken in. */
async function provisionNewest(store: Statements, from: Table, { stored, seen }: Found): Promise<void> {
  const newest = newestOf(from);
  if (newest === undefined) return;
  const { table } = newest;
  const columns = stored.get(table.name);
  if (columns === undefined) await store.run(createNewest(store.layout, newest));
  else await addColumns(store, table, columns);
  const fed = stored.get(feedOf(newest));
  const feed = writeFeed(store.layout, from, newest, fed);
  if (feed !== null) await store.run(feed);
  if (fed === undefined || !seen.has(table.name))
    for (const statement of fillNewest(store.layout, from, newest)) await store.run(statement);
  await store.run(createView(store.layout, table, columns, seen.get(table.name)));
}

async function migrate(store: Statements): Promise<void> {
  const { raw, changes: made } = store.layout;
  await store.run(`CREATE DATABASE IF NOT EXISTS ${quoted(raw)}`);
  await store.run(
    `CREATE TABLE IF NOT EXISTS ${made} (version UInt32, description String, made_at DateTime DEFAULT now())
     ENGINE = ReplacingMergeTree ORDER BY version`,
  );
  const [row] = await store.read(`SELECT max(version) FROM ${made}`);
  const [version] = versionRow.parse(row);
  if (version > newest) throw new FlywheelError('store.too_new', { path: store.place, found: version, known: newest });
  for (const change of changes.slice(version)) {
    for (const statement of change.statements) await store.run(statement);
    await store.run(
      `INSERT INTO ${made} (version, description) VALUES (${change.version}, ${literal(change.description)})`,
    );
  }
}

/** Columns by table, of the database that an expression names. */
export async function columnsIn(
  store: Pick<Statements, 'read'>,
  database: string,
): Promise<ReadonlyMap<string, readonly FoundColumn[]>> {
  const rows = await store.read(`SELECT table, name, type FROM system.columns WHERE database = ${database}`);
  const found = new Map<string, FoundColumn[]>();
  for (const row of rows) {
    const [table, name, type] = columnRow.parse(row);
    const columns = found.get(table) ?? [];
    columns.push({ name, type });
    found.set(table, columns);
  }
  return found;
}

/** Types are compared without white space: ClickHouse prints tuples over several lines. */
export const bare = (type: string): string => type.replaceAll(/[\s`]/g, '');

async function addColumns(store: Statements, table: Table, found: readonly FoundColumn[]): Promise<void> {
  const types = new Map(found.map(({ name, type }) => [name, type]));
  const into = store.layout.rawTable(table);
  for (const { name, type } of storedColumns(table)) {
    const stored = types.get(name);
    if (stored === undefined) await store.run(`ALTER TABLE ${into} ADD COLUMN IF NOT EXISTS ${quoted(name)} ${type}`);
    else if (bare(stored) !== bare(type))
      throw new FlywheelError('store.columns', {
        path: store.place,
        column: `${table.name}.${name}`,
        found: stored,
        wanted: type,
      });
  }
}
