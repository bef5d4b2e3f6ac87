/** `flywheel provision`: what the servers of the configuration must hold, shown or made. */
import type { Command } from 'commander';
import { FlywheelError } from '../../../topology/errors.ts';
import type { ProvisionItem } from '../../open/provision.ts';
import { count, counted } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, withServers, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { printTable } from '../output.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly plan?: boolean;
  readonly apply?: boolean;
}

export const provisionCommand = (cli: Cli): Command =>
  withServers(
    withFolder(
      withJson(
        command(
          'provision',
          'Show or make what servers must hold: topics, schemas, tables, the collection (exit 1 if something is missing)',
          ['provision --plan --engine kafka', 'provision --apply --engine kafka --registry http://127.0.0.1:8081'],
        ),
      ),
    ),
  )
    .option('--plan', 'show what is there, what is missing and what cannot be as it should (default)')
    .option('--apply', 'make what is missing and change what may be changed')
    .option('--partitions <n>', 'partitions of each topic, fixed once it exists')
    .action((flags: Flags) => run(cli, flags));

async function run(cli: Cli, flags: Flags): Promise<void> {
  if (flags.plan === true && flags.apply === true)
    throw new FlywheelError('usage.invalid', { why: '--plan shows, --apply makes', what_to_do: 'give one of the two' });
  const { config } = configOf(cli, flags);
  if (config.engine !== 'kafka' && config.clickhouse_url === null && config.qdrant_url === null)
    throw new FlywheelError('usage.invalid', {
      why: 'the embedded engine makes what it needs by itself',
      what_to_do: 'add --engine kafka, name a server (clickhouse_url, qdrant_url), or just start',
    });
  const items = await cli.root.provision(config, flags.apply === true);
  const open = items.filter(({ state }) => state !== 'there' && state !== 'by start');
  if (open.length > 0) cli.end(exit_codes.answer_is_no);
  if (flags.json === true) return cli.out.json(items);
  print(cli, items);
  if (open.length === 0) cli.out.line(cli.out.colour.green('All is there.'));
  else if (flags.apply !== true) cli.out.note('`flywheel provision --apply` makes what is missing');
}

function print({ out }: Cli, items: readonly ProvisionItem[]): void {
  const { green, yellow, red, dim } = out.colour;
  const colours = { there: green, missing: yellow, differs: yellow, fixed: red, 'by start': dim } as const;
  for (const kind of ['topic', 'subject', 'table', 'collection'] as const) {
    const own = items.filter((item) => item.kind === kind);
    if (own.length === 0) continue;
    out.line(`${counted(own.length, kind)}, ${count(own.filter(({ state }) => state === 'there').length)} as wanted`);
    printTable(
      out,
      [{ head: kind }, { head: 'state' }, { head: 'what' }],
      own.map(({ name, state, said }) => [name, colours[state](state), said]),
    );
  }
}
