/**
 * The analytics in ClickHouse, through ClickHouse's own client: in this process (chDB) or on a server, by the same
 * statements and the same bytes. Rows are encoded as RowBinary as they come, and gathered into few inserts.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import type { Row } from '../../../topology/coordinates.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Table } from '../../../topology/topic.ts';
import { Batches, type Batch } from '../batches.ts';
import { storedColumns } from '../columns.ts';
import { defaultBatchLimits, type Analytics, type Answer, type BatchLimits } from '../port.ts';
import { rowEncoder, type EncodeRow } from './encode-row.ts';
import { quoted, type Layout } from './layout.ts';
import { provision } from './provision.ts';
import { RowBinary } from './row-binary.ts';
import type { InsertTarget, Store } from './store.ts';

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

interface Target extends InsertTarget {
  readonly encode: EncodeRow;
  readonly rows: RowBinary;
}

export class ClickHouseAnalytics implements Analytics {
  /** ClickHouse's own client, for readers that want more than `query`. */
  readonly client: ClickHouseClient;
  readonly #store: Store;
  readonly #targets = new Map<string, Target>();
  readonly #batches: Batches<Buffer>;
  /** Tables as they were last provisioned, or are to be before the next rows. */
  #tables: readonly Table[] = [];
  #provisioned: Promise<void> | undefined;

  constructor(store: Store, limits: Partial<BatchLimits> = {}) {
    this.#store = store;
    this.client = store.reader;
    this.#batches = new Batches({
      limits: { ...defaultBatchLimits, ...limits },
      at_once: store.inserts_at_once,
      take: (table) => this.#target(table).rows.take(),
      insert: (batch) => this.#insert(batch),
    });
  }

  /** Opens a folder. Throws `store.locked` where another process has it, `store.corrupt` where it cannot be read. */
  static async open({ path, limits }: ClickHouseOptions): Promise<ClickHouseAnalytics> {
    // Not before it is needed: where a server is named, chDB need not even be installed.
    const { openInProcess } = await import('./in-process.ts');
    return new ClickHouseAnalytics(await openInProcess(path), limits);
  }

  /** What could not be provisioned, for the store was away, is provisioned before the next rows. */
  async provision(tables: readonly Table[]): Promise<void> {
    this.#tables = tables;
    for (const table of tables)
      if (!this.#targets.has(table.name)) this.#targets.set(table.name, targetOf(table, this.#store.layout));
    this.#provisioned = undefined;
    await this.#ready();
  }

  /** Resolves when the store has its tables; those who ask meanwhile wait for the same attempt. */
  #ready(): Promise<void> {
    this.#provisioned ??= this.#provision().catch((error: unknown) => {
      this.#provisioned = undefined;
      throw error;
    });
    return this.#provisioned;
  }

  async #provision(): Promise<void> {
    const { place, layout, client } = this.#store;
    const statements = {
      place,
      layout,
      run: async (statement: string): Promise<void> => void (await client.command({ query: statement })),
      read: async (statement: string) => (await this.query(statement)).rows,
    };
    try {
      await this.#store.prepare();
      await provision(statements, this.#tables);
    } catch (error) {
      throw error instanceof FlywheelError ? error : this.#store.failure(error);
    }
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
    try {
      await this.#ready();
      await this.#store.insert(this.#target(table), body);
    } catch (error) {
      if (this.#store.forgot(error)) this.#provisioned = undefined;
      throw error;
    }
  }

  async query(sql: string): Promise<Answer> {
    const result = await this.client.query({ query: sql, format: 'JSONCompact' });
    const { meta, data } = answerShape.parse(await result.json());
    return { columns: meta, rows: data };
  }

  async close(): Promise<void> {
    await this.#batches.drain();
    await this.#store.close();
  }
}

function targetOf(table: Table, layout: Layout): Target {
  const columns = storedColumns(table)
    .map(({ name }) => quoted(name))
    .join(', ');
  return {
    table,
    encode: rowEncoder(table),
    rows: new RowBinary(),
    statement: `INSERT INTO ${layout.rawTable(table)} (${columns})`,
  };
}
