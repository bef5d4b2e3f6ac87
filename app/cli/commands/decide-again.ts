/** `flywheel decide-again`: the last events of the log decided by the code as it is. */
import type { Command } from 'commander';
import { FlywheelError } from '../../../topology/errors.ts';
import { counted } from '../../operations/format/numbers.ts';
import { readPolicy } from '../../policy-file.ts';
import { last_events } from '../../watch/watch.ts';
import {
  command,
  configOf,
  wholeNumber,
  withFolder,
  withJson,
  withServers,
  type Cli,
  type SettingFlags,
} from '../command.ts';
import { printTable } from '../output.ts';
import { hasStore } from '../session.ts';

interface Flags extends SettingFlags {
  readonly last: number;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly policy?: string;
  readonly json?: boolean;
}

export const decideAgainCommand = (cli: Cli): Command =>
  withServers(
    withFolder(
      withJson(
        command('decide-again', 'Decide the last events of the log with the code as it is, and list what it decides', [
          'decide-again',
          'decide-again --last 20000 --json > before.json',
        ]),
      ),
    ),
  )
    .option('--last <n>', 'events whose decisions are listed', wholeNumber, last_events)
    .option(
      '--since-ms <time>',
      'those that reached the log from this time on instead, UTC epoch milliseconds',
      wholeNumber,
    )
    .option('--until-ms <time>', 'and up to this one', wholeNumber)
    .option('--policy <file>', 'under this policy, YAML or JSON; left out: what was in force')
    .action((flags: Flags) => run(cli, flags));

async function run(cli: Cli, flags: Flags): Promise<void> {
  const policy = flags.policy === undefined ? null : readPolicy(flags.policy);
  const { config } = configOf(cli, flags);
  if (config.engine === 'embedded' && !hasStore(config.data_folder))
    throw new FlywheelError('store.missing', { path: config.data_folder });
  const { last, sinceMs, untilMs = Infinity } = flags;
  const span = sinceMs === undefined ? null : { since_ms: sinceMs, until_ms: untilMs };
  const history = await cli.root.history(config);
  try {
    const { decideAgain } = await import('../../watch/decide-again.ts');
    const decided = await decideAgain(history, { last, span, policy, data_folder: config.data_folder });
    if (flags.json === true) return void cli.out.json(decided);
    const counts = new Map<string, number>();
    for (const { topic } of decided.decisions) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    cli.out.line(`${counted(decided.decisions.length, 'decision')} on ${counted(decided.events, 'event')}`);
    const heads = [{ head: 'topic' }, { head: 'decisions', right: true }];
    printTable(
      cli.out,
      heads,
      [...counts].map(([topic, count]) => [topic, String(count)]),
    );
  } finally {
    await history.close();
  }
}
