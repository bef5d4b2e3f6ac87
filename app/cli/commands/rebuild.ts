/** `flywheel rebuild GROUP`: state again from the log, compared with the stored one. */
import type { Command } from 'commander';
import { count, counted, span } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { cut } from '../output.ts';
import { progressBar } from '../progress.ts';
import { hasStore, withSession, type Session } from '../session.ts';
import type { RebuildReport } from '../../operations/operations.ts';
import { rebuild as rebuildGroup } from '../../operations/running/rebuild.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Config } from '../../config/settings.ts';
import { refuseOwned } from './reset.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly replace?: boolean;
}

export const rebuildCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'rebuild',
        "Make a group's state again from the log and compare it with the stored one (exit 1 if it differs)",
        ['rebuild thompson-sampling', 'rebuild thompson-sampling --replace'],
      ),
    ),
  )
    .argument('<group>', 'a group; `flywheel topology` lists them')
    .option('--replace', 'put it in place of the stored one, each partition at once; no instance may work on the group')
    .action((group: string, flags: Flags) => run(cli, group, flags));

async function run(cli: Cli, group: string, flags: Flags): Promise<void> {
  const report =
    flags.replace === true
      ? await replace(cli, configOf(cli, flags).config, group)
      : await withSession(cli.root, configOf(cli, flags), { create: false }, (session) => rebuild(cli, session, group));
  if (!report.equal && report.replaced === null) cli.end(exit_codes.answer_is_no);
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

/** On an engine that is not started, while no other instance works on the group. */
async function replace({ root, out }: Cli, config: Config, group: string): Promise<RebuildReport> {
  refuseOwned(config.data_folder);
  if (config.engine === 'embedded' && !hasStore(config.data_folder))
    throw new FlywheelError('store.missing', { path: config.data_folder });
  const flywheel = await root.open({ ...config, source: 'none', replay_file: null }, { source: false });
  const bar = progressBar(out, `rebuilding ${group}`, null, 'records');
  try {
    const context = { engine: flywheel.engine, now_ms: () => Date.now() };
    const options = { replace: true, onProgress: (records: number) => bar.update(records) };
    return await flywheel.hold(group, () => rebuildGroup(context, { group }, options));
  } finally {
    bar.stop();
    await flywheel.stop();
  }
}

function print({ out }: Cli, report: RebuildReport): void {
  const { group, records, keys, equal, differences, unread, replaced, elapsed_ms } = report;
  const rate = elapsed_ms > 0 ? `, ${count((records * 1_000) / elapsed_ms)} records/s` : '';
  out.line(
    `${group}: ${counted(records, 'record')} folded into ${counted(keys, 'state')} in ${span(elapsed_ms)}${rate}`,
  );
  if (replaced !== null) {
    const said = ({ state, part }: typeof replaced.before): string =>
      `${counted(state, 'state')} and ${counted(part, 'part')}`;
    out.line(`in place of the stored ones: ${said(replaced.after)}, where ${said(replaced.before)} were`);
  }
  if (equal) return out.line(out.colour.green('equal to the stored state'));
  out.line(out.colour.red(replaced === null ? 'differs from the stored state:' : 'differed from the stored state:'));
  if (unread > 0) out.line(`${counted(unread, 'stored value')} cannot be read by this code`);
  for (const { key, stored, rebuilt, unread: why } of differences) {
    out.line(`  ${key}`);
    out.line(`    stored  ${why === null ? cut(JSON.stringify(stored), 200) : `cannot be read: ${why}`}`);
    out.line(`    rebuilt ${cut(JSON.stringify(rebuilt), 200)}`);
  }
}
