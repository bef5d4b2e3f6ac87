/** `flywheel status`: how the groups do and what was decided so far. */
import type { Command } from 'commander';
import type { Status } from '../../operations/operations.ts';
import { bytes, count, span } from '../../operations/format/numbers.ts';
import { speedWords } from '../../operations/format/speed.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { printTable, type Output } from '../output.ts';
import { withSession } from '../session.ts';
import { summaryLines } from '../summary.ts';
import { clock } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
}

export const statusCommand = (cli: Cli): Command =>
  withFolder(
    withJson(command('status', 'Show how the groups do (exit 1 if one has stopped)', ['status', 'status --json'])),
  ).action((flags: Flags) => run(cli, flags));

async function run(cli: Cli, flags: Flags): Promise<void> {
  const status = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.status(),
  );
  if (status.groups.some(({ state }) => state === 'stopped')) cli.end(exit_codes.answer_is_no);
  if (flags.json === true) cli.out.json(status);
  else print(cli.out, status);
}

function print(out: Output, status: Status): void {
  const { dim } = out.colour;
  const { source } = status;
  out.line(
    `${dim('source')} ${source.name}${hasSpeed(source) ? `, ${speedWords(source.speed)}` : ''}${source.clock_ms === null ? '' : `, its clock ${clock(source.clock_ms)}`}`,
  );
  for (const account of source.accounts) out.line(`       ${accountText(out, account, status.now_ms)}`);
  out.line(`${dim('data  ')} ${status.data_folder}`);
  out.line(`${dim('policy')} ${status.policy_version ?? 'built in'}`);
  out.line();
  printTable(
    out,
    [
      { head: 'group' },
      { head: 'state' },
      { head: 'events', right: true },
      { head: 'per s', right: true },
      { head: 'lag', right: true },
      { head: 'emitted', right: true },
      { head: 'rows', right: true },
      { head: 'dead', right: true },
      { head: 'outbox', right: true },
    ],
    status.groups.map((group) => [
      group.group,
      stateText(out, group.state, group.reason),
      count(group.events_total),
      count(group.events_per_s),
      count(group.lag),
      count(group.emitted_total),
      count(group.rows_total),
      count(group.dead_letters_total),
      bytes(group.outbox_bytes),
    ]),
  );
  out.line();
  for (const line of summaryLines(out, status.summary)) out.line(line);
}

/** Real time has no speed to tell of. */
const hasSpeed = ({ kind }: Status['source']): boolean => kind === 'simulated' || kind === 'replay';

type Account = Status['source']['accounts'][number];

/** How far and how fresh an account is, and what is wrong. */
function accountText(out: Output, { account_id, state, progress, read_ms, problem }: Account, now_ms: number): string {
  const { red, yellow } = out.colour;
  const age = read_ms === null ? 'not read yet' : `read ${span(now_ms - read_ms)} ago`;
  const far = progress === null ? age : `${Math.floor(progress * 100)} % of its history`;
  const said = `${account_id}  ${state}, ${far}${problem === null ? '' : `: ${problem}`}`;
  return state === 'failing' ? red(said) : state === 'stale' ? yellow(said) : said;
}

function stateText(out: Output, state: string, reason: string | null): string {
  const text = reason === null ? state : `${state}: ${reason}`;
  return state === 'stopped' ? out.colour.red(text) : state === 'waiting' ? out.colour.yellow(text) : text;
}
