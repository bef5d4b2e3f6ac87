/** How statements and rows reach a ClickHouse: in this process, or over HTTP. All else is the same for both. */
import type { ClickHouseClient } from '@clickhouse/client';
import type { Table } from '../../../topology/topic.ts';
import type { FlywheelError } from '../../../topology/errors.ts';
import type { Layout } from './layout.ts';

/** Where the rows of an insert go. */
export interface InsertTarget {
  readonly table: Table;
  /** `INSERT INTO table (columns)`, in the order in which rows are encoded. */
  readonly statement: string;
}

export interface Store {
  readonly client: ClickHouseClient;
  /** For questions: where a connection does one thing after the other, they do not wait for inserts. */
  readonly reader: ClickHouseClient;
  /** Inserts under way at most: more would only wait for one another. */
  readonly inserts_at_once: number;
  /** Folder or address, as errors name it. */
  readonly place: string;
  readonly layout: Layout;
  /** Makes what must be there before anything else is; may be called again. */
  prepare(): Promise<void>;
  /** Inserts rows in RowBinary; once it resolves they are on disk. Rejects as `failure` words it. */
  insert(target: InsertTarget, body: Buffer): Promise<void>;
  /** An error of this store as one of ours. */
  failure(error: unknown): FlywheelError;
  /** Whether what was provisioned may be gone: the server is another one than before. */
  forgot(error: unknown): boolean;
  close(): Promise<void>;
}
