/** `flywheel cycle`: all steps of learning now, for an account or for all, and how the last cycles went. */
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import type { AccountCycle, AskedCycle } from '../../operations/cycles/view.ts';
import type { Operations } from '../../operations/operations.ts';
import { count, counted, span } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly account?: string;
  readonly retrain: boolean;
  readonly threshold?: number;
  readonly show?: boolean;
}

/** How long a cycle is followed; it goes on without anybody who looks. Milliseconds. */
const follow_ms = 30_000;
const look_again_ms = 100;

function threshold(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be a fraction from 0 to 1.');
  return value;
}

export const cycleCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command('cycle', 'Let accounts go through all steps of learning now (exit 1 if a step failed)', [
        'cycle',
        'cycle --account act_1001 --no-retrain',
        'cycle --show',
      ]),
    ),
  )
    .option('--account <id>', 'ad account; without it, all accounts')
    .option('--no-retrain', 'ask for no new model')
    .option(
      '--threshold <fraction>',
      'accuracy below which a new model is asked for (default: as the policy has it)',
      threshold,
    )
    .option('--show', 'ask for nothing, show how the last cycles went')
    .action((flags: Flags) => run(cli, flags));

async function run(cli: Cli, { json, account, retrain, threshold: below, show, ...settings }: Flags): Promise<void> {
  const { out } = cli;
  const of = account === undefined ? {} : { account_id: account };
  await withSession(cli.root, configOf(cli, settings), { create: false }, async ({ operations }) => {
    const request = { ...of, retrain, ...(below === undefined ? {} : { accuracy_threshold: below }) };
    const asked = show === true ? null : await operations.request_cycle(request);
    const found = asked === null ? await operations.cycles(of) : await followed(operations, of, asked);
    if (found.some(({ cycle }) => cycle?.status === 'partial')) cli.end(exit_codes.answer_is_no);
    if (json === true) out.json(found);
    else print(out, found, asked ?? []);
  });
}

/** Looks until every cycle that was asked for is over, or long enough. */
async function followed(
  operations: Operations,
  of: { readonly account_id?: string },
  asked: readonly AskedCycle[],
): Promise<readonly AccountCycle[]> {
  const wanted = new Map(asked.map(({ account_id, cycle_id }) => [account_id, cycle_id]));
  const until = Date.now() + follow_ms;
  for (;;) {
    const found = (await operations.cycles(of)).filter(({ account_id }) => wanted.has(account_id));
    const over = found.filter(
      ({ account_id, cycle }) => cycle?.cycle_id === wanted.get(account_id) && cycle?.status !== 'running',
    );
    if (over.length === wanted.size || Date.now() >= until) return found;
    await sleep(look_again_ms);
  }
}

function print(out: Output, found: readonly AccountCycle[], asked: readonly AskedCycle[]): void {
  const already = new Set(asked.flatMap(({ account_id, answer }) => (answer === 'runs_already' ? [account_id] : [])));
  if (found.length === 0)
    return out.line(
      asked.length === 0 ? 'No account has had a cycle.' : 'The loop has not begun yet: flywheel cycle --show',
    );
  for (const { account_id, cycle } of found) {
    if (cycle === null) {
      out.line(`${out.colour.bold(account_id)}  ${out.colour.dim('no cycle yet')}`);
      continue;
    }
    const { status, steps, started_ms, ended_ms, cycle_id } = cycle;
    // The clock of a simulated account stands still while its events are handled.
    const took = ended_ms === null || ended_ms === started_ms ? '' : ` in ${span(ended_ms - started_ms)}`;
    const ran = `${words[status]}${took}`;
    const note = already.has(account_id) ? `${cycle_id}, which ran already` : cycle_id;
    out.line(`${out.colour.bold(account_id)}  ${ran}  ${out.colour.dim(note)}`);
    for (const step of steps) out.line(lineOf(out, step));
  }
  const left = asked.length - found.length;
  if (left > 0) out.note(`${counted(left, 'account')} not begun yet: flywheel cycle --show`);
}

const words = { running: 'runs', done: 'done', partial: 'done in part', refused: 'refused' } as const;

type Step = NonNullable<AccountCycle['cycle']>['steps'][number];

function lineOf({ colour }: Output, { step, status, reason, count: number }: Step): string {
  const paint = {
    done: colour.green,
    failed: colour.red,
    skipped: colour.dim,
    running: colour.yellow,
    waiting: colour.dim,
  };
  const name = step.replaceAll('_', ' ').padEnd(18);
  const amount = (number === 0 ? '' : count(number)).padStart(7);
  return `  ${name}  ${paint[status](status.padEnd(8))}${amount}  ${reason ?? ''}`.trimEnd();
}
