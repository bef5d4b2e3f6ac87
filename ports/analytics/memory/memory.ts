/** The analytics in memory, for tests on the driver. It takes rows as ClickHouse does; of SQL it knows two sentences. */
import type { Row } from '../../../topology/coordinates.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Table } from '../../../topology/topic.ts';
import { coordinates, eventColumns } from '../columns.ts';
import { newestOf, type Newest } from '../newest.ts';
import type { Analytics, Answer } from '../port.ts';

const known = /^\s*SELECT\s+(\*|count\(\))\s+FROM\s+(\w+)\s*$/i;

export class MemoryAnalytics implements Analytics {
  readonly #tables = new Map<string, { readonly table: Table; readonly rows: Map<string, Row> }>();
  readonly #newest = new Map<string, { readonly from: string; readonly newest: Newest }>();

  provision(tables: readonly Table[]): Promise<void> {
    for (const table of tables) {
      this.#tables.set(table.name, { table, rows: this.#tables.get(table.name)?.rows ?? new Map() });
      const newest = newestOf(table);
      if (newest !== undefined) this.#newest.set(newest.table.name, { from: table.name, newest });
    }
    return Promise.resolve();
  }

  #kept(table: string): { readonly table: Table; readonly rows: Map<string, Row> } {
    const kept = this.#tables.get(table);
    if (kept !== undefined) return kept;
    throw new Error(`there is no table ${table}; provisioned are ${[...this.#tables.keys()].join(', ') || 'none'}`);
  }

  async send(rows: readonly Row[]): Promise<void> {
    await Promise.resolve();
    for (const row of rows) {
      const { group, topic, partition, offset, ordinal, run } = row.name;
      const place = `${group}|${topic}|${partition}|${offset}|${ordinal}`;
      const { rows: kept } = this.#kept(row.table);
      if ((kept.get(place)?.name.run ?? 0) <= run) kept.set(place, row);
    }
  }

  /** The rows of a table, each once; of a broadcast topic one copy. */
  rows(table: string): readonly Row[] {
    const { table: declared, rows } = this.#kept(table);
    const all = [...rows.values()];
    return declared.of.partitionKey === null ? all.filter(({ name }) => name.partition === 0) : all;
  }

  /** Takes `SELECT * FROM table` and `SELECT count() FROM table`; throws `query.refused` for all else. */
  async query(sql: string): Promise<Answer> {
    await Promise.resolve();
    const [, what, name] = known.exec(sql) ?? [];
    if (name === undefined)
      throw new FlywheelError('query.refused', { why: 'the store in memory takes SELECT * or count() FROM a table' });
    const { from, newest } = this.#newest.get(name) ?? { from: name };
    const rows = newest === undefined ? this.rows(from) : newestRows(this.rows(from), newest);
    if (what !== '*') return { columns: [{ name: 'count()', type: 'UInt64' }], rows: [[rows.length]] };
    const columns = [...eventColumns(this.#kept(from).table), ...coordinates];
    return { columns, rows: rows.map((row) => columns.map((column) => valueOf(row, column.name))) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Of the rows that describe the same the newest; of equally new ones the last. */
function newestRows(rows: readonly Row[], { of, by }: Newest): readonly Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const what = JSON.stringify(of.map((name) => sorted(Reflect.get(row.value, name))));
    const before = found.get(what);
    if (before === undefined || Number(Reflect.get(before.value, by)) <= Number(Reflect.get(row.value, by)))
      found.set(what, row);
  }
  return [...found.values()];
}

/** A map is the same in whatever order it was written. */
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value;

function valueOf({ value, name, at_ms, traceparent = '' }: Row, column: string): unknown {
  if (column === 'traceparent') return traceparent;
  if (column === 'logged_ms') return at_ms;
  return column.startsWith('cause_') ? Reflect.get(name, column.slice('cause_'.length)) : Reflect.get(value, column);
}
