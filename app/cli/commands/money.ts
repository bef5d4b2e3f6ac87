/** `flywheel approvals`, `approve`, `reject`, `undo`, `kill`, `unkill`: people and budgets. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { FlywheelError } from '../../../topology/errors.ts';
import { amount } from '../../operations/format/amounts.ts';
import { counted } from '../../operations/format/numbers.ts';
import type {
  AppliedChange,
  MoneyCommand,
  MoneyView,
  PlannedChange,
  SentCommand,
  WaitingChange,
} from '../../operations/money/view.ts';
import { failureOf } from '../failure.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import type { Output } from '../output.ts';
import { withSession } from '../session.ts';
import { minute } from '../time.ts';

/** Lines of each kind that are shown of an account. */
const most_lines = 10;

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly by?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly account?: string;
}

const withPerson = (to: Command): Command =>
  withFolder(withJson(to))
    .option('--by <name>', 'who decides (default: your user name)')
    .option('--reason <text>', 'why; it is kept with the decision');

export const approvalsCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'approvals',
        'Show changes of budgets that wait for a person, those that were made, and what a dry run would have made',
        ['approvals', 'approvals act_2001 --json'],
      ),
    ),
  )
    .argument('[account]', 'ad account; without it, all')
    .action(async (account: string | undefined, flags: Flags) => {
      const { json, ...settings } = flags;
      await withSession(cli.root, configOf(cli, settings), { create: false }, async ({ operations }) => {
        const of = account === undefined ? {} : { account_id: account };
        const views = await operations.money(of);
        // What waits for a person is shown also where the analytics do not answer.
        const planned = await operations.planned_changes(of).catch((error: unknown) => {
          cli.out.note(`what a dry run planned is not known: ${failureOf(error).what}`);
          return [];
        });
        const accounts = views.map((view) => ({
          ...view,
          planned: planned.filter(({ account_id }) => account_id === view.account_id),
        }));
        if (json === true) cli.out.json(accounts);
        else for (const line of approvalLines(cli.out, accounts)) cli.out.line(line);
      });
    });

const onChange = (cli: Cli, kind: 'approve' | 'reject', words: string): Command =>
  withPerson(command(kind, words, [`${kind} act_2001.7 --reason "agreed with the team"`]))
    .argument('<change>', 'the change, as flywheel approvals lists it')
    .action((change_id: string, flags: Flags) => send(cli, flags, { kind, change_id }));

export const approveCommand = (cli: Cli): Command =>
  onChange(cli, 'approve', 'Approve a change of budgets: it is read and checked again, then written');

export const rejectCommand = (cli: Cli): Command =>
  onChange(cli, 'reject', 'Reject a change of budgets that waits: for approval, or for room to go back');

export const undoCommand = (cli: Cli): Command =>
  withPerson(
    command('undo', 'Take a change of budgets back, or all since a time. What was spent is not undone', [
      'undo act_2001.7',
      'undo --since 2026-11-27T08:00:00Z --account act_2001',
    ]),
  )
    .argument('[change]', 'the change, as flywheel approvals lists it')
    .option('--since <time>', 'everything that was applied from then on, ISO 8601; the newest first')
    .option('--account <id>', 'with --since: only this account')
    .action((change_id: string | undefined, flags: Flags) => send(cli, flags, undoOf(change_id, flags)));

export const killCommand = (cli: Cli): Command =>
  stopCommand(cli, 'kill', 'Stop writing budgets, in all accounts or one');

export const unkillCommand = (cli: Cli): Command =>
  stopCommand(cli, 'unkill', 'Let budgets be written again, as the policy has it');

const stopCommand = (cli: Cli, kind: 'kill' | 'unkill', words: string): Command =>
  withPerson(command(kind, words, [kind, `${kind} --account act_2001`]))
    .option('--account <id>', 'only this account')
    .action((flags: Flags) =>
      send(cli, flags, { kind, ...(flags.account !== undefined && { account_id: flags.account }) }),
    );

function undoOf(change_id: string | undefined, { since, account }: Flags): Omit<MoneyCommand, 'actor'> {
  if ((change_id === undefined) === (since === undefined))
    throw new FlywheelError('usage.invalid', {
      why: change_id === undefined ? 'nothing to undo is named' : 'a change and --since are given together',
      what_to_do: 'name a change (flywheel approvals lists them), or give --since TIME',
    });
  if (change_id !== undefined) return { kind: 'undo', change_id };
  const since_ms = Date.parse(since ?? '');
  if (Number.isNaN(since_ms))
    throw new FlywheelError('usage.invalid', {
      why: `--since ${since ?? ''} is no time`,
      what_to_do: 'give it as ISO 8601, such as 2026-11-27T08:00:00Z',
    });
  return { kind: 'undo_since', since_ms, ...(account !== undefined && { account_id: account }) };
}

async function send(cli: Cli, flags: Flags, asked: Omit<MoneyCommand, 'actor'>): Promise<void> {
  const { json, by, reason, since: _, account: __, ...settings } = flags;
  const actor = by ?? userInfo().username;
  const request = { ...asked, actor, ...(reason !== undefined && { reason }) };
  await withSession(cli.root, configOf(cli, settings), { create: false }, async ({ operations }) => {
    const sent = await operations.command_money(request);
    if (json === true) cli.out.json(sent);
    else cli.out.line(sentLine(request, sent));
  });
}

const wordsOf: Readonly<Record<MoneyCommand['kind'], string>> = {
  approve: 'approved: it is read and checked again before it is written',
  reject: 'rejected',
  undo: 'is taken back, where nothing followed it',
  undo_since: 'what was applied since then is taken back, the newest first',
  kill: 'nothing is written any more',
  unkill: 'budgets may be written again, as the policy has it',
  mode: 'the mode is set',
};

function sentLine({ kind, change_id }: MoneyCommand, { account_ids }: SentCommand): string {
  const whom = change_id ?? (account_ids.length === 0 ? 'all accounts' : account_ids.join(', '));
  return `${whom}: ${wordsOf[kind]}. See flywheel approvals.`;
}

interface AccountLines extends MoneyView {
  readonly planned: readonly PlannedChange[];
}

/** What waits, what was done and, where nothing is written, what would have been, account by account. */
export function approvalLines({ colour }: Pick<Output, 'colour'>, views: readonly AccountLines[]): readonly string[] {
  if (views.length === 0) return ['No account has budgets that were looked at yet.'];
  return views.flatMap((view) => {
    const { account_id, mode, killed, halted, waiting, underway, applied } = view;
    const planned = mode === 'dry_run' ? view.planned.slice(0, most_lines) : [];
    const stop = halted ?? killed;
    const state = stop === null ? `mode ${mode}` : colour.red(`stopped by ${stop.actor}: ${stop.reason}`);
    return [
      `${colour.bold(account_id)}  ${state}`,
      ...waiting.flatMap((change) => waitingLines(colour, change)),
      ...underway.map(({ change_id, state: how, why }) => `  ${change_id}  ${how}  ${colour.dim(why)}`),
      ...applied.slice(0, most_lines).map((change) => appliedLine(colour, change)),
      ...planned.map((change) => plannedLine(colour, change)),
      ...(waiting.length + underway.length + applied.length + planned.length === 0
        ? [colour.dim('  nothing waits, nothing was changed')]
        : []),
    ];
  });
}

function waitingLines(colour: Output['colour'], change: WaitingChange): readonly string[] {
  const { change_id, kind, legs, currency, affected_ad_ids, account_after_minor, worst_case_minor, waits_until_ms } =
    change;
  return [
    `  ${colour.yellow('waits')}  ${change_id}  ${kind}  ${legs.map((leg) => legWords(leg, currency)).join(', ')}`,
    colour.dim(
      `         affects ${affected_ad_ids.join(', ')}; account ${shown(account_after_minor, currency)} a day, ` +
        `at most ${shown(worst_case_minor, currency)} spent in it; until ${waits_until_ms === null ? 'decided' : `${minute(waits_until_ms)} UTC`}`,
    ),
    colour.dim(`         ${change.why}`),
  ];
}

const plannedLine = (colour: Output['colour'], { kind, legs, currency, last_ms, times }: PlannedChange): string =>
  `  ${colour.dim('would ')} ${kind}  ${legs.map((leg) => legWords(leg, currency)).join(', ')}  ${colour.dim(`planned ${counted(times, 'time')}, last ${minute(last_ms)} UTC`)}`;

const appliedLine = (
  colour: Output['colour'],
  { change_id, kind, legs, currency, at_ms, undone }: AppliedChange,
): string =>
  `  ${undone ? colour.dim('undone') : colour.green('done  ')} ${change_id}  ${kind}  ${legs.map((leg) => legWords(leg, currency)).join(', ')}  ${colour.dim(`${minute(at_ms)} UTC`)}`;

function legWords(
  { level, id, from_minor, to_minor, to_status }: AppliedChange['legs'][number],
  currency: string | null,
): string {
  if (level === 'ad') return `${id} ${to_status === 'PAUSED' ? 'off' : 'on'}`;
  return `${id} ${shown(from_minor, currency)} → ${shown(to_minor, currency)}`;
}

const shown = (minor: number | null, currency: string | null): string =>
  minor === null ? '?' : amount(minor, currency);
