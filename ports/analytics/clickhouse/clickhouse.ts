/**
 * The analytics in ClickHouse, in process (chDB), through ClickHouse's own client. Rows are encoded as they come and
 * inserted as RowBinary from a file: the fastest way in, as this connection corrupts binary bodies and parses text
 * slowly (docs/decisions/002-analytics.md has the figures).
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { z } from 'zod';
import type { Row } from '../../../topology/coordinates.ts';
import type { Table } from '../../../topology/topic.ts';
import { Batches, type Batch } from '../batches.ts';
import { storedColumns } from '../columns.ts';
import { defaultBatchLimits, type Analytics, type Answer, type BatchLimits } from '../port.ts';
import { rowEncoder, type EncodeRow } from './encode-row.ts';
import { literal, quoted, rawTable, structureOf } from './layout.ts';
import { provision } from './provision.ts';
import { RowBinary } from './row-binary.ts';
import { cannotOpen, unavailable } from './trouble.ts';

export interface ClickHouseOptions {
  /** Folder of the store; made where it is missing. One process at a time. */
  readonly path: string;
  readonly limits?: Partial<BatchLimits>;
}

/** Rows encoded before others get their turn: about 5 ms. */
const rows_at_once = 2_048;

const answerShape = z.object({
  meta: z.array(z.object({ name: z.string(), type: z.string() })),
  data: z.array(z.array(z.unknown())),
});

/**
 * The connection that chDB gives for ClickHouse's client. Both packages carry a copy of the same declarations, which
 * the compiler takes for two types because of their private members; hence the one cast.
 */
const connectionTo = (path: string): NonNullable<ClickHouseClientConfigOptions['connection']> =>
  createChdbConnection({ path }) as unknown as NonNullable<ClickHouseClientConfigOptions['connection']>;

interface Target {
  readonly table: Table;
  readonly encode: EncodeRow;
  readonly rows: RowBinary;
  readonly insert: string;
  readonly structure: string;
}

export class ClickHouseAnalytics implements Analytics {
  /** ClickHouse's own client, for readers that want more than `query`. */
  readonly client: ClickHouseClient;
  readonly #path: string;
  readonly #incoming: string;
  readonly #targets = new Map<string, Target>();
  readonly #batches: Batches<Buffer>;
  #files = 0;

  private constructor({ path, limits }: ClickHouseOptions) {
    this.#path = path;
    this.#incoming = join(path, 'incoming');
    this.client = createClient({ connection: connectionTo(path) });
    this.#batches = new Batches({
      limits: { ...defaultBatchLimits, ...limits },
      take: (table) => this.#target(table).rows.take(),
      insert: (batch) => this.#insert(batch),
    });
  }

  /** Opens the store. Throws `store.locked` where another process has it, `store.corrupt` where it cannot be read. */
  static async open(options: ClickHouseOptions): Promise<ClickHouseAnalytics> {
    let opened: ClickHouseAnalytics | undefined;
    try {
      await mkdir(options.path, { recursive: true });
      opened = new ClickHouseAnalytics(options);
      await opened.client.command({ query: 'SELECT 1' });
      // What a process left that was killed during an insert: its rows are sent again.
      await rm(opened.#incoming, { recursive: true, force: true });
      await mkdir(opened.#incoming);
      return opened;
    } catch (error) {
      await opened?.client.close();
      throw cannotOpen(error, options.path);
    }
  }

  async provision(tables: readonly Table[]): Promise<void> {
    const statements = {
      path: this.#path,
      run: (statement: string) => this.#run(statement),
      read: async (statement: string) => (await this.query(statement)).rows,
    };
    await provision(statements, tables);
    for (const table of tables) this.#targets.set(table.name, targetOf(table));
  }

  #target(name: string): Target {
    const target = this.#targets.get(name);
    if (target !== undefined) return target;
    throw new Error(`there is no table ${name}; provisioned are ${[...this.#targets.keys()].join(', ') || 'none'}`);
  }

  async send(rows: readonly Row[]): Promise<void> {
    const failures: unknown[] = [];
    const inserted: Promise<unknown>[] = [];
    try {
      for (let at = 0; at < rows.length; at += rows_at_once) {
        if (at > 0) await turn();
        for (const insert of this.#gather(rows.slice(at, at + rows_at_once)))
          inserted.push(insert.catch((error: unknown) => failures.push(error)));
      }
    } finally {
      await Promise.all(inserted);
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Encodes rows into their tables' batches; resolves when those are inserted. */
  #gather(rows: readonly Row[]): readonly Promise<void>[] {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const { encode, rows: out } = this.#target(row.table);
      encode(out, row);
      counts.set(row.table, (counts.get(row.table) ?? 0) + 1);
    }
    return [...counts].map(([table, count]) => this.#batches.added(table, count));
  }

  async #insert({ table, body }: Batch<Buffer>): Promise<void> {
    const { insert, structure } = this.#target(table);
    const file = join(this.#incoming, `${this.#files++}.bin`);
    try {
      await writeFile(file, body);
      const source = `file(${literal(file)}, 'RowBinary', ${literal(structure)})`;
      // Equal rows within one insert are told apart when they are read, as all others are.
      await this.#run(`${insert} SELECT * FROM ${source} SETTINGS optimize_on_insert = 0`);
    } catch (error) {
      throw unavailable(error, this.#path);
    } finally {
      await rm(file, { force: true });
    }
  }

  async #run(statement: string): Promise<void> {
    await this.client.command({ query: statement });
  }

  async query(sql: string): Promise<Answer> {
    const result = await this.client.query({ query: sql, format: 'JSONCompact' });
    const { meta, data } = answerShape.parse(await result.json());
    return { columns: meta, rows: data };
  }

  async close(): Promise<void> {
    await this.#batches.drain();
    await this.client.close();
  }
}

function targetOf(table: Table): Target {
  const columns = storedColumns(table)
    .map(({ name }) => quoted(name))
    .join(', ');
  return {
    table,
    encode: rowEncoder(table),
    rows: new RowBinary(),
    insert: `INSERT INTO ${rawTable(table)} (${columns})`,
    structure: structureOf(table),
  };
}
