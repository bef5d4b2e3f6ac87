/** `flywheel export`: a table of the analytics as CSV. */
import type { Command } from 'commander';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { command, configOf, withFolder, type Cli, type SettingFlags } from '../command.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly account?: string;
  readonly output?: string;
}

export const exportCommand = (cli: Cli): Command =>
  withFolder(
    command('export', 'Write a table of the analytics as CSV; its name is a topic with underscores for its dots', [
      'export ad_metrics --account act_1001 > metrics.csv',
      'export alert_raised --output alerts.csv',
    ]),
  )
    .argument('<table>', 'the table, for example winner_detected')
    .option('--account <id>', 'only rows of this ad account')
    .option('--output <file>', 'write to this file instead of stdout')
    .action((table: string, flags: Flags) => write(cli, table, flags));

async function write(cli: Cli, table: string, { account, output, ...settings }: Flags): Promise<void> {
  const of = { table, ...(account !== undefined && { account_id: account }) };
  await withSession(cli.root, configOf(cli, settings), { create: false }, async ({ operations }) => {
    let page = await operations.export_table(of);
    // Only now: a table that is not there leaves no empty file.
    const file = output === undefined ? null : createWriteStream(output);
    const failed =
      file === null ? null : once(file, 'error').then(([error]: unknown[]) => Promise.reject(error as Error));
    failed?.catch(() => undefined);
    const put = async (text: string): Promise<void> => {
      if (text === '') return;
      // A line is ended by whoever prints it.
      if (file === null) cli.out.line(text.replace(/\r\n$/, '\r'));
      else if (!file.write(text)) await Promise.race([once(file, 'drain'), failed]);
    };
    await put(page.header);
    let rows = 0;
    for (;;) {
      await put(page.csv);
      rows += page.rows;
      if (page.next === null) break;
      page = await operations.export_table({ ...of, after: page.next });
    }
    if (file !== null) {
      file.end();
      await Promise.race([once(file, 'finish'), failed]);
    }
    cli.out.note(`${rows} rows of ${table}`);
  });
}
