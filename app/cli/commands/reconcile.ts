/** `flywheel reconcile`: what the stream says an account got, beside what its platform says now. */
import type { Command } from 'commander';
import { counted, type DayApart, type Reconciliation, type Totals } from '../../operations/money/reconcile.ts';
import { count } from '../../operations/format/numbers.ts';
import { command, configOf, wholeNumber, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { printTable, type Output } from '../output.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly days?: number;
}

/** Days of ads that are printed. */
const shown = 20;

export const reconcileCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'reconcile',
        'Compare an account’s totals in the stream with what its platform says now (exit 1 if they differ)',
        ['reconcile act_1001', 'reconcile act_1001 --days 28 --json'],
      ),
    ),
  )
    .argument('<account>', 'ad account; a Flywheel that reads it with --meta has to run')
    .option('--days <number>', 'days before today, 1 to 28 (default 7)', wholeNumber)
    .action(async (account_id: string, flags: Flags) => {
      const { json, days, ...settings } = flags;
      await withSession(cli.root, configOf(cli, settings), { create: false }, async ({ operations }) => {
        const found = await operations.reconcile({ account_id, ...(days !== undefined && { days }) });
        if (found.days_apart > 0) cli.end(exit_codes.answer_is_no);
        if (json === true) cli.out.json(found);
        else print(cli.out, found);
      });
    });

function print(out: Output, { stream, platform, windows, days, days_apart, apart, ...about }: Reconciliation): void {
  const day = (at_ms: number): string => new Date(at_ms).toISOString().slice(0, 10);
  out.line(`${out.colour.bold(about.account_id)}  from ${day(about.from_ms)} up to ${day(about.to_ms)}, UTC`);
  printTable(
    out,
    [
      { head: 'total' },
      { head: 'stream', right: true },
      { head: 'platform', right: true },
      { head: 'apart', right: true },
    ],
    counted.map((name) => [name, count(stream[name]), count(platform[name]), count(stream[name] - platform[name])]),
  );
  out.line(`${count(windows.stream)} windows in the stream, ${count(windows.platform)} on the platform.`);
  if (days_apart === 0) return out.line(out.colour.green(`All ${count(days)} days of ads are equal.`));
  out.line(out.colour.yellow(`${count(days_apart)} of ${count(days)} days of ads differ:`));
  printTable(
    out,
    [{ head: 'day' }, { head: 'ad' }, { head: 'what differs: stream, platform' }],
    apart.slice(0, shown).map(row),
  );
  if (days_apart > shown) out.note(`${count(days_apart - shown)} more: --json lists up to 500`);
}

const row = ({ day, ad_id, stream, platform }: DayApart): readonly string[] => [day, ad_id, wordsOf(stream, platform)];

const wordsOf = (stream: Totals, platform: Totals): string =>
  counted
    .filter((name) => stream[name] !== platform[name])
    .map((name) => `${name} ${count(stream[name])}, ${count(platform[name])}`)
    .join('; ');
