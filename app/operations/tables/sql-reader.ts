/** Reads of the analytics through ClickHouse's own client, on chDB or a server alike. */
import type { ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import { nobodyThere, said } from '../../../ports/analytics/clickhouse/server-trouble.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Column, SqlReader } from '../context.ts';

/** The database that holds our own books while a query looks at them. */
const own_database = 'flywheel';

const answer = z.object({
  meta: z.array(z.object({ name: z.string(), type: z.string() })),
  data: z.array(z.array(z.unknown())),
});

/** Rows sent in one insert. */
const rows_at_once = 10_000;

const quoted = (name: string): string => `\`${name.replaceAll('`', '')}\``;

/** Statements that cannot stand in parentheses, and can only read. */
const describing = /^\s*(show|describe|desc|exists|explain)\b/i;

/** Rows where nobody names a limit. */
const default_limit = 100_000;

/**
 * A statement that can only read: in parentheses nothing else than a SELECT parses, and `readonly` in the statement
 * itself holds for it alone. Settings given beside a statement must not be used: in chDB they stay for the session,
 * and the next insert would be refused.
 */
const readOnly = (statement: string, limit: number): string =>
  `SELECT * FROM (${statement}\n) LIMIT ${limit} SETTINGS readonly = 1, max_execution_time = 60`;

/** A server that is away is not a question that was asked wrongly. */
async function answered<T>(ask: Promise<T>): Promise<T> {
  try {
    return await ask;
  } catch (error) {
    if (nobodyThere(error)) throw new FlywheelError('sink.unavailable', { why: said(error) }, { cause: error });
    throw error;
  }
}

export function sqlReader(client: ClickHouseClient, now_ms: () => number): SqlReader {
  const { query, materialise } = readerOf(client, now_ms);
  return {
    query: (sql, options) => answered(query(sql, options)),
    materialise: (name, columns, rows) => answered(materialise(name, columns, rows)),
  };
}

function readerOf(client: ClickHouseClient, now_ms: () => number): SqlReader {
  return {
    async query(sql, { parameters = {}, limit = default_limit } = {}) {
      const statement = sql.trim().replace(/;\s*$/, '');
      const from_ms = now_ms();
      const result = await client.query({
        query: describing.test(statement) ? statement : readOnly(statement, limit + 1),
        format: 'JSONCompact',
        query_params: { ...parameters },
      });
      const { meta, data } = answer.parse(await result.json());
      const truncated = data.length > limit;
      return {
        columns: meta,
        rows: truncated ? data.slice(0, limit) : data,
        elapsed_ms: now_ms() - from_ms,
        truncated,
      };
    },
    async materialise(name, columns, rows) {
      const table = `${own_database}.${quoted(name)}`;
      const declared = columns.map((column: Column) => `${quoted(column.name)} ${column.type}`).join(', ');
      await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${own_database}` });
      await client.command({ query: `CREATE OR REPLACE TABLE ${table} (${declared}) ENGINE = Memory` });
      for (let at = 0; at < rows.length; at += rows_at_once)
        await client.insert({ table, values: rows.slice(at, at + rows_at_once), format: 'JSONEachRow' });
    },
  };
}
