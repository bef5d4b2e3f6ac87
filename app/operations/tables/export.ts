/** Tables of the analytics as CSV, a page at a time: each page begins behind the last row of the one before. */
import { z } from 'zod';
import { tableName } from '../../../processors/archivist/tables.ts';
import { topics } from '../../../schemas/index.ts';
import type { Topic } from '../../../topology/topic.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { OperationsContext } from '../context.ts';
import { csvLines, isWhole } from './csv.ts';
import type { ExportPage, ExportRequest } from './export-view.ts';

/** Rows of a page where no number is named. */
const usual_rows = 10_000;
export const most_export_rows = 50_000;

/** What tells rows apart, and their order. */
const place = ['cause_topic', 'cause_partition', 'cause_offset', 'cause_ordinal'] as const;
const types = ['String', 'UInt32', 'UInt64', 'UInt32'] as const;
const behind = z.tuple([z.string(), z.coerce.string(), z.coerce.string(), z.coerce.string()]);

/** `eyJ...`: where a page ended. Throws `usage.invalid` for what is none. */
function parsedPlace(after: string): z.output<typeof behind> {
  try {
    return behind.parse(JSON.parse(Buffer.from(after, 'base64url').toString('utf8')));
  } catch {
    throw new FlywheelError('usage.invalid', {
      why: `after is ${JSON.stringify(after.slice(0, 40))}: it is no end of a page`,
      what_to_do: 'give the `next` of the page before',
    });
  }
}

/** Tables that can be exported, with the topic behind each: what accounts say to their niche is in none. */
const tables: ReadonlyMap<string, Topic> = new Map(
  topics
    .filter(({ partitionKey }) => partitionKey === null || partitionKey === 'account_id')
    .map((topic) => [tableName(topic.name), topic]),
);

export const exported_tables: readonly string[] = [...tables.keys()];

/**
 * One page of a table.
 * @throws FlywheelError `table.unknown`; `usage.invalid` where its rows are of no account and one is named
 */
export async function exportTable(
  { analytics }: Pick<OperationsContext, 'analytics'>,
  { table, account_id, after, limit = usual_rows }: ExportRequest,
): Promise<ExportPage> {
  const found = tables.get(table);
  if (found === undefined) throw new FlywheelError('table.unknown', { table, known: [...tables.keys()].join(', ') });
  if (account_id !== undefined && found.partitionKey !== 'account_id')
    throw new FlywheelError('usage.invalid', {
      why: `rows of ${table} are of no account`,
      what_to_do: 'leave out the account; who may see all accounts may export it',
    });
  const most = Math.min(limit, most_export_rows);
  const from = after === undefined ? null : parsedPlace(after);
  const { columns, rows } = await analytics.query(statementOf(table, account_id !== undefined, from !== null, most), {
    parameters: parametersOf(account_id, from),
    limit: most,
  });
  const wholes = columns.map(({ type }) => isWhole(type));
  const shown = columns.map(({ name }) => name);
  const last = rows.length < most ? undefined : rows.at(-1);
  return {
    table,
    header: csvLines([shown]),
    csv: csvLines(rows, wholes),
    rows: rows.length,
    next: last === undefined ? null : printedPlace(shown, last),
  };
}

function statementOf(table: string, of_account: boolean, goes_on: boolean, limit: number): string {
  const conditions = [
    ...(of_account ? ['account_id = {account_id:String}'] : []),
    ...(goes_on
      ? [`(${place.join(', ')}) > (${place.map((name, i) => `{${name}:${types[i] ?? 'String'}}`).join(', ')})`]
      : []),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  // The name is one of ours: it was looked up.
  return `SELECT * FROM \`${table}\`${where} ORDER BY ${place.join(', ')} LIMIT ${limit}`;
}

const parametersOf = (
  account_id: string | undefined,
  from: z.output<typeof behind> | null,
): Record<string, unknown> => ({
  ...(account_id !== undefined && { account_id }),
  ...(from !== null && Object.fromEntries(place.map((name, i) => [name, from[i]]))),
});

const printedPlace = (columns: readonly string[], row: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(place.map((name) => row[columns.indexOf(name)]))).toString('base64url');
