/**
 * The analytics store: rows by table, read by SQL. Implementations: `clickhouse/`, in process or on a server, and
 * `memory/`.
 */
import type { Row } from '../../topology/coordinates.ts';
import type { Table } from '../../topology/topic.ts';

export interface AnalyticsColumn {
  readonly name: string;
  /** ClickHouse type, for example `Nullable(Int64)`. */
  readonly type: string;
}

export interface Answer {
  readonly columns: readonly AnalyticsColumn[];
  /** Values of a row in the order of the columns. */
  readonly rows: readonly (readonly unknown[])[];
}

export interface Analytics {
  /**
   * Makes what is missing; adds columns that a newer schema has. Beside a table whose topic restates there is
   * `<table>_newest`, in which of each thing described the newest row is seen. Throws `store.columns` where a type has
   * changed.
   */
  provision(tables: readonly Table[]): Promise<void>;
  /**
   * Resolves when a query sees the rows. Sending the same rows again, in whatever batches, changes nothing that a
   * query sees; of one row sent under several runs, the highest is seen. Rejects with `sink.unavailable`, after which
   * some of the rows may be there: send all of them again.
   */
  send(rows: readonly Row[]): Promise<void>;
  /** One statement that reads, in ClickHouse's dialect; each table is seen under its name, each row once. */
  query(sql: string): Promise<Answer>;
  /** Sends what waits, then closes. */
  close(): Promise<void>;
}

/** How rows are gathered before they are inserted. */
export interface BatchLimits {
  /** So many rows of a table are inserted at once, and do not wait for others. */
  readonly enough_rows: number;
  /** How long the first row of an insert waits for others, at most, milliseconds. */
  readonly max_age_ms: number;
}

/** Few inserts while little happens; while much does, each takes what has come since the one before began. */
export const defaultBatchLimits: BatchLimits = { enough_rows: 4_096, max_age_ms: 250 };
