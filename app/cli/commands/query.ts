/** `flywheel query SQL`: reads the analytics and our own books. */
import type { Command } from 'commander';
import { FlywheelError } from '../../../topology/errors.ts';
import type { QueryResult } from '../../operations/operations.ts';
import { own_tables } from '../../operations/tables/own-tables.ts';
import { count, span } from '../../operations/format/numbers.ts';
import { command, configOf, wholeNumber, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { cut, printTable, type Output } from '../output.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly limit: number;
  readonly tables?: boolean;
}

const own = Object.entries(own_tables)
  .map(([name, { description }]) => `  flywheel.${name.padEnd(14)}${description}`)
  .join('\n');

export const queryCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'query',
        'Run a SQL statement that reads, over the analytics and over the engine itself (ClickHouse dialect)',
        [
          'query "show tables"',
          'query "select group, topic, sum(lag) from flywheel.cursors group by all"',
          'query "select id, code, message from flywheel.dead_letters" --json',
        ],
      ),
    ),
  )
    .addHelpText('after', `\nTables of our own, beside those of the analytics:\n${own}`)
    .argument('[sql]', 'one SELECT, WITH, SHOW, DESCRIBE or EXPLAIN')
    .option('--tables', 'list the tables and their columns instead')
    .option('--limit <n>', 'rows at most', wholeNumber, 1_000)
    .action((sql: string | undefined, flags: Flags) => run(cli, statementOf(sql, flags), flags));

function statementOf(sql: string | undefined, { tables }: Flags): string {
  if (tables === true)
    return "SELECT table, arrayStringConcat(groupArray(name), ', ') AS columns FROM system.columns WHERE database = currentDatabase() GROUP BY table ORDER BY table";
  if (sql !== undefined) return sql;
  throw new FlywheelError('usage.invalid', {
    why: 'nothing says what to ask',
    what_to_do: 'write a statement, or --tables for what there is',
  });
}

async function run(cli: Cli, sql: string, flags: Flags): Promise<void> {
  const { out } = cli;
  const result = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.query({ sql, limit: flags.limit }),
  );
  if (flags.json === true) return out.json(result);
  printResult(out, result);
  if (flags.tables === true) out.line(`\ntables of our own:\n${own}`);
  const more = result.truncated ? `; there are more, --limit shows them` : '';
  out.note(
    out.colour.dim(
      `${count(result.rows.length)} ${result.rows.length === 1 ? 'row' : 'rows'} in ${span(result.elapsed_ms)}${more}`,
    ),
  );
}

const isNumber = (type: string): boolean => /^(Nullable\()?(U?Int|Float|Decimal)/.test(type);

function printResult(out: Output, { columns, rows }: QueryResult): void {
  if (columns.length === 0) return;
  const width = Math.max(20, Math.floor((out.columns ?? 240) / columns.length) + 20);
  printTable(
    out,
    columns.map(({ name, type }) => ({ head: name, right: isNumber(type) })),
    rows.map((row) => row.map((value) => cut(valueText(value), width))),
  );
}

const valueText = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
