/** `flywheel backtest --policy FILE`: recorded history decided again under another policy. */
import { InvalidArgumentError, type Command } from 'commander';
import { FlywheelError } from '../../../topology/errors.ts';
import type { BacktestReport } from '../../backtest/backtest.ts';
import { readPolicy } from '../../policy-file.ts';
import { backtestLines } from '../backtest-lines.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { progressBar } from '../progress.ts';
import { hasStore } from '../session.ts';

interface Flags extends SettingFlags {
  readonly policy: string;
  readonly account?: string;
  readonly since?: number;
  readonly until?: number;
  readonly json?: boolean;
}

export const backtestCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'backtest',
        'Decide recorded history again under another policy: what would differ, and what that would have changed (exit 1 if the recorded policy does not give the recorded decisions)',
        ['backtest --policy stricter.yaml', 'backtest --policy stricter.yaml --account act_2001 --since 2026-11-01'],
      ),
    ),
  )
    .requiredOption('--policy <file>', 'the other policy, YAML or JSON; what it leaves out is at its default')
    .option('--account <id>', 'compare the decisions of this account only')
    .option('--since <time>', 'compare decisions from this time on, UTC: 2026-11-01 or 2026-11-01T06:00Z', time)
    .option('--until <time>', 'end with what had reached the log by this time, UTC', time)
    .action((flags: Flags) => run(cli, flags));

async function run(cli: Cli, flags: Flags): Promise<void> {
  const policy = readPolicy(flags.policy);
  const { config } = configOf(cli, flags);
  if (config.engine === 'embedded' && !hasStore(config.data_folder))
    throw new FlywheelError('store.missing', { path: config.data_folder });
  const history = await cli.root.history(config);
  // Made at the first progress, which knows the total.
  let bar: ReturnType<typeof progressBar> | undefined;
  try {
    const { backtest } = await import('../../backtest/backtest.ts');
    const report = await backtest(history, {
      policy,
      account_id: flags.account ?? null,
      since_ms: flags.since ?? -Infinity,
      until_ms: flags.until ?? Infinity,
      data_folder: config.data_folder,
      now_ms: () => Date.now(),
      onProgress: (done, total) => {
        bar ??= progressBar(cli.out, 'deciding again', total, 'events');
        bar.update(done);
      },
    });
    bar?.stop();
    if (!isFaithful(report)) cli.end(exit_codes.answer_is_no);
    if (flags.json === true) cli.out.json(report);
    else backtestLines(cli.out, report);
  } finally {
    bar?.stop();
    await history.close();
  }
}

const isFaithful = ({ fidelity }: BacktestReport): boolean =>
  fidelity.every(({ not_made_again, not_in_log }) => not_made_again + not_in_log === 0);

/** Parser of a time: a date, or a date and time, of UTC. */
function time(text: string): number {
  const zoned = /^\d{4}-\d\d-\d\d$/.test(text) || /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`;
  const ms = Date.parse(zoned);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(ms))
    throw new InvalidArgumentError('It must be a time such as 2026-11-01 or 2026-11-01T06:00Z.');
  return ms;
}
