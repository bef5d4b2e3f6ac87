/** `flywheel reset`: forgets all that a data folder holds, or the state of one group, after showing what that is. */
import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { FlywheelError } from '../../../topology/errors.ts';
import { lockOwner } from '../../../engine/embedded/lock.ts';
import { resetGroup } from '../../../engine/state/reset-group.ts';
import type { Config } from '../../config/settings.ts';
import { bytes, count, counted } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { hasStore } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly group?: string;
}

/** What we put into a data folder; nothing else in it is touched. */
const ours = ['engine', 'engine.lock', 'analytics', 'flywheel.log'];

export const resetCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'reset',
        'Delete log, state and analytics of a data folder, or the state of one group; shows them first',
        ['reset --data ./try', 'reset --yes', 'reset --group auto-promoter'],
      ),
    ),
  )
    .option('--group <group>', 'only this group: it reads the log again, and who reads its events takes them again')
    .option('--yes', 'do not ask')
    .action((flags: Flags) => run(cli, flags));

export interface Holdings {
  readonly data_folder: string;
  readonly records: number | null;
  readonly topics: Readonly<Record<string, number>>;
  readonly disk_bytes: number;
}

async function run(cli: Cli, flags: Flags): Promise<void> {
  const { out } = cli;
  const { config } = configOf(cli, flags);
  refuseOwned(config.data_folder);
  if (config.engine === 'kafka') {
    if (flags.group !== undefined) return resetOne(cli, config, flags.group, flags);
    throw new FlywheelError('usage.invalid', {
      why: 'what is on shared servers is not deleted by one instance',
      what_to_do:
        'name one group with --group; or begin anew beside it, with another kafka_topic_prefix and namespace, and have the old topics and keys deleted by whoever runs the servers',
    });
  }
  if (!ours.some((name) => existsSync(join(config.data_folder, name)))) {
    if (flags.json === true) out.json({ data_folder: config.data_folder, deleted: false, records: 0, disk_bytes: 0 });
    else out.line(`${config.data_folder} holds nothing.`);
    return;
  }
  if (flags.group !== undefined) return resetOne(cli, config, flags.group, flags);
  const holdings = await holdingsOf(cli, config);
  if (flags.json !== true) printHoldings(cli, holdings);
  const sure = flags.yes === true || (await cli.confirm(`Delete all of it for good?`));
  if (!sure) cli.end(exit_codes.answer_is_no);
  else destroy(config.data_folder);
  if (flags.json === true) out.json({ ...holdings, deleted: sure });
  else out.line(sure ? `${config.data_folder} is empty.` : 'Nothing was deleted; add --yes to a script.');
}

/** A process that has the folder would go on with what it has in memory. */
export function refuseOwned(data_folder: string): void {
  const owner = lockOwner(data_folder);
  if (owner === undefined) return;
  throw new FlywheelError('store.locked', { path: data_folder, pid: owner.pid, where: owner.url ?? 'no page yet' });
}

/** Counts what the folder holds. A store that cannot be opened is counted in bytes only. */
async function holdingsOf({ root }: Cli, config: Config): Promise<Holdings> {
  const disk_bytes = sizeOf(config.data_folder);
  const topics: Record<string, number> = {};
  if (!hasStore(config.data_folder)) return { data_folder: config.data_folder, records: 0, topics, disk_bytes };
  try {
    const flywheel = await root.open({ ...config, source: 'none', replay_file: null }, { source: false });
    for (const { topic, ranges } of await flywheel.engine.topics())
      topics[topic] = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    await flywheel.stop();
  } catch {
    return { data_folder: config.data_folder, records: null, topics, disk_bytes };
  }
  return {
    data_folder: config.data_folder,
    records: Object.values(topics).reduce((a, b) => a + b, 0),
    topics,
    disk_bytes,
  };
}

function sizeOf(folder: string): number {
  let size = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) size += statSync(join(entry.parentPath, entry.name)).blocks * 512;
  return size;
}

function printHoldings({ out }: Cli, { data_folder, records, topics, disk_bytes }: Holdings): void {
  out.line(
    `${data_folder} holds ${bytes(disk_bytes)}${records === null ? '; its store cannot be opened' : `, ${count(records)} records:`}`,
  );
  for (const [topic, held] of Object.entries(topics)) if (held > 0) out.line(`  ${count(held).padStart(12)}  ${topic}`);
}

function destroy(folder: string): void {
  for (const name of ours) rmSync(join(folder, name), { recursive: true, force: true });
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Forgets the state of one group, whose next run begins where the log does. */
async function resetOne({ root, out, confirm, end }: Cli, config: Config, group: string, flags: Flags): Promise<void> {
  const flywheel = await root.open({ ...config, source: 'none', replay_file: null }, { source: false });
  try {
    let states = 0;
    for await (const _state of flywheel.engine.scan(group)) states++;
    if (flags.json !== true) out.line(`${group} keeps ${counted(states, 'state')}; the log stays.`);
    const sure = flags.yes === true || (await confirm(`Forget the state of ${group} and make it again from the log?`));
    if (!sure) end(exit_codes.answer_is_no);
    const run = sure ? (await flywheel.hold(group, () => resetGroup(flywheel.engine, group))).run : null;
    if (flags.json === true) out.json({ group, states, reset: sure, run });
    else if (run === null) out.line('Nothing was forgotten; add --yes to a script.');
    else out.line(`${group} begins its run ${run} with the next start: it reads the log from its beginning.`);
  } finally {
    await flywheel.stop();
  }
}
