/** SQL over the analytics and over ourselves; it reads, it never writes. */
import { FlywheelError } from '../../../topology/errors.ts';
import type { OperationsContext } from '../context.ts';
import type { QueryResult } from '../operations.ts';
import { linesOf, mentioned, own_tables } from './own-tables.ts';

export const default_rows = 1_000;
export const most_rows = 100_000;

const reading = /^(select|with|show|describe|desc|exists|explain)\b/i;

/** The statement without comments, for looking at its first word. */
const bare = (sql: string): string => sql.replace(/^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, '');

/**
 * Refuses what is not one statement that reads. A semicolon is refused wherever it stands: whether it is inside a
 * string is the store's to know, and a second statement must not depend on our reading strings as it does.
 */
export function assertReads(sql: string): void {
  const words = bare(sql).trim().replace(/;\s*$/, '');
  const refuse = (why: string): FlywheelError =>
    new FlywheelError('query.refused', { why: `${why}: ${JSON.stringify(sql.trim().slice(0, 80))}` });
  if (words === '') throw refuse('the statement is empty');
  if (words.includes(';')) throw refuse('there is more than one statement (write char(59) for a semicolon in a text)');
  if (!reading.test(words)) throw refuse('only statements that read are taken');
}

export async function query(
  { engine, analytics }: OperationsContext,
  { sql, limit }: { readonly sql: string; readonly limit?: number },
): Promise<QueryResult> {
  assertReads(sql);
  for (const name of mentioned(sql)) {
    const table = own_tables[name];
    if (table !== undefined) await analytics.materialise(name, table.columns, await linesOf(engine, table));
  }
  try {
    return await analytics.query(sql, { limit: Math.max(1, Math.min(limit ?? default_rows, most_rows)) });
  } catch (error) {
    if (error instanceof FlywheelError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new FlywheelError(
      'query.refused',
      { why: (message.split('\n')[0] ?? message).replace(/[\s.]+$/, '') },
      { cause: error },
    );
  }
}
