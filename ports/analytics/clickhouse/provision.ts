/** Brings a store to the layout that this program knows: first the layout's own versions, then tables and views. */
import { z } from 'zod';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Table } from '../../../topology/topic.ts';
import { storedColumns } from '../columns.ts';
import { createTable, createView, layout_table, literal, quoted, raw_database, rawTable } from './layout.ts';

/** What provisioning asks of a store. */
export interface Statements {
  readonly path: string;
  run(statement: string): Promise<void>;
  read(statement: string): Promise<readonly (readonly unknown[])[]>;
}

interface LayoutChange {
  readonly version: number;
  readonly description: string;
  readonly statements: readonly string[];
}

/** Changes to the layout, oldest first. One that was released is never edited: another one follows it. */
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

/** Throws `store.too_new` where a newer program laid the store out, `store.columns` where a column's type differs. */
export async function provision(store: Statements, tables: readonly Table[]): Promise<void> {
  await migrate(store);
  const found = await columnsFound(store);
  for (const table of tables) {
    const columns = found.get(table.name);
    if (columns === undefined) await store.run(createTable(table));
    else await addColumns(store, table, columns);
    await store.run(createView(table));
  }
}

async function migrate(store: Statements): Promise<void> {
  await store.run(`CREATE DATABASE IF NOT EXISTS ${raw_database}`);
  await store.run(
    `CREATE TABLE IF NOT EXISTS ${layout_table} (version UInt32, description String, made_at DateTime DEFAULT now())
     ENGINE = ReplacingMergeTree ORDER BY version`,
  );
  const [row] = await store.read(`SELECT max(version) FROM ${layout_table}`);
  const [version] = versionRow.parse(row);
  if (version > newest) throw new FlywheelError('store.too_new', { path: store.path, found: version, known: newest });
  for (const change of changes.slice(version)) {
    for (const statement of change.statements) await store.run(statement);
    await store.run(
      `INSERT INTO ${layout_table} (version, description) VALUES (${change.version}, ${literal(change.description)})`,
    );
  }
}

/** Types of the stored columns by table. */
async function columnsFound(store: Statements): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const rows = await store.read(`SELECT table, name, type FROM system.columns WHERE database = '${raw_database}'`);
  const found = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const [table, name, type] = columnRow.parse(row);
    const columns = found.get(table) ?? new Map<string, string>();
    found.set(table, columns.set(name, type));
  }
  return found;
}

/** Types are compared without white space: ClickHouse prints tuples over several lines. */
const bare = (type: string): string => type.replaceAll(/[\s`]/g, '');

async function addColumns(store: Statements, table: Table, found: ReadonlyMap<string, string>): Promise<void> {
  for (const { name, type } of storedColumns(table)) {
    const stored = found.get(name);
    if (stored === undefined) await store.run(`ALTER TABLE ${rawTable(table)} ADD COLUMN ${quoted(name)} ${type}`);
    else if (bare(stored) !== bare(type))
      throw new FlywheelError('store.columns', {
        path: store.path,
        column: `${table.name}.${name}`,
        found: stored,
        wanted: type,
      });
  }
}
