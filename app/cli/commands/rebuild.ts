/** `flywheel rebuild GROUP`: state again from the log, compared with the stored one. */
import type { Command } from 'commander';
import { count, counted, span } from '../../operations/words.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { cut } from '../output.ts';
import { progressBar } from '../progress.ts';
import { withSession, type Session } from '../session.ts';
import type { RebuildReport } from '../../operations/operations.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
}

export const rebuildCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'rebuild',
        "Make a group's state again from the log and compare it with the stored one (exit 1 if it differs)",
        ['rebuild thompson-sampling'],
      ),
    ),
  )
    .argument('<group>', 'a group; `flywheel topology` lists them')
    .action((group: string, flags: Flags) => run(cli, group, flags));

async function run(cli: Cli, group: string, flags: Flags): Promise<void> {
  const report = await withSession(cli.root, configOf(cli, flags), { create: false }, (session) =>
    rebuild(cli, session, group),
  );
  if (!report.equal) cli.end(exit_codes.answer_is_no);
  if (flags.json === true) cli.out.json(report);
  else print(cli, report);
}

async function rebuild(cli: Cli, { operations, own }: Session, group: string): Promise<RebuildReport> {
  const total = (await operations.status()).groups.find((status) => status.group === group)?.events_total ?? null;
  const bar = progressBar(cli.out, `rebuilding ${group}`, total, 'records');
  try {
    return own === null
      ? await operations.rebuild({ group })
      : await own.operations.rebuild({ group }, (records) => bar.update(records));
  } finally {
    bar.stop();
  }
}

function print({ out }: Cli, { group, records, keys, equal, differences, elapsed_ms }: RebuildReport): void {
  const rate = elapsed_ms > 0 ? `, ${count((records * 1_000) / elapsed_ms)} records/s` : '';
  out.line(
    `${group}: ${counted(records, 'record')} folded into ${counted(keys, 'state')} in ${span(elapsed_ms)}${rate}`,
  );
  if (equal) return out.line(out.colour.green('equal to the stored state'));
  out.line(out.colour.red('differs from the stored state:'));
  for (const { key, stored, rebuilt } of differences) {
    out.line(`  ${key}`);
    out.line(`    stored  ${cut(JSON.stringify(stored), 200)}`);
    out.line(`    rebuilt ${cut(JSON.stringify(rebuilt), 200)}`);
  }
}
