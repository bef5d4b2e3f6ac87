/** `flywheel mode`: whether budgets are written, as the policy says it. To change it is to bring a policy into force. */
import { userInfo } from 'node:os';
import { Argument, type Command } from 'commander';
import { parsePolicy } from '../../../policy/document.ts';
import type { MoneyMode } from '../../../policy/money.ts';
import { policyOf, type WholePolicy } from '../../../policy/policy.ts';
import type { Operations } from '../../operations/operations.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly account?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

const modes: Readonly<Record<string, MoneyMode>> = { 'dry-run': 'dry_run', approve: 'approve', auto: 'auto' };

const meaning: Readonly<Record<MoneyMode, string>> = {
  dry_run: 'changes of budgets are planned and told, and nothing is written',
  approve: 'each change of a budget waits for a person',
  auto: 'budgets are written within all limits; a person is asked above the thresholds',
};

export const modeCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command('mode', 'Show how budgets are changed, or change that: a policy that says so comes into force', [
        'mode',
        'mode approve --reason "a first week by hand"',
        'mode auto --account act_2001',
      ]),
    ),
  )
    .addArgument(new Argument('[mode]', 'without it, show').choices(Object.keys(modes)))
    .option('--account <id>', 'only this account')
    .option('--by <name>', 'who does it, for the history (default: your user name)')
    .option('--reason <text>', 'why, for the history')
    .option('--yes', 'do not ask')
    .action(async (name: string | undefined, flags: Flags) => {
      const { json: _, account: __, by: ___, reason: ____, yes: _____, ...settings } = flags;
      await withSession(cli.root, configOf(cli, settings), { create: false }, ({ operations }) => {
        const mode = modes[name ?? ''];
        return mode === undefined ? show(cli, operations, flags) : change(cli, operations, mode, flags);
      });
    });

const inForce = async (operations: Operations): Promise<WholePolicy> =>
  parsePolicy((await operations.policy({})).document);

async function show(cli: Cli, operations: Operations, { account, json }: Flags): Promise<void> {
  const whole = await inForce(operations);
  const views = await operations.money(account === undefined ? {} : { account_id: account });
  const accounts = views.map(({ account_id, mode }) => ({ account_id, mode }));
  const all = whole.money.mode;
  if (json === true)
    return cli.out.json({ mode: account === undefined ? all : policyOf(whole, account).money.mode, accounts });
  cli.out.line(`${cli.out.colour.bold(all)}  ${meaning[all]}`);
  for (const one of accounts)
    if (one.mode !== all) cli.out.line(`  ${one.account_id}  ${cli.out.colour.bold(one.mode)}  ${meaning[one.mode]}`);
}

/** The policy in force with another mode, in full. */
function withMode(whole: WholePolicy, mode: MoneyMode, account: string | undefined): object {
  const { version: _, overrides: __, ...document } = whole;
  if (account === undefined) return { ...document, money: { ...document.money, mode } };
  const own = document.accounts[account] ?? {};
  return { ...document, accounts: { ...document.accounts, [account]: { ...own, money: { ...own.money, mode } } } };
}

async function change(cli: Cli, operations: Operations, mode: MoneyMode, flags: Flags): Promise<void> {
  const { account, by = userInfo().username, reason, yes, json } = flags;
  const signed = { by, ...(reason !== undefined && { reason }) };
  const document = withMode(await inForce(operations), mode, account);
  const whom = account ?? 'all accounts without a mode of their own';
  if (yes !== true && !(await cli.confirm(`${whom}: ${mode}, so that ${meaning[mode]}?`)))
    return cli.end(exit_codes.answer_is_no);
  const { version, against } = await operations.propose_policy({ document, ...signed });
  if (version !== against) await operations.activate_policy({ version, ...signed });
  const views = await operations.money(account === undefined ? {} : { account_id: account });
  const others = views
    .filter((view) => view.mode !== mode)
    .map((view) => ({ account_id: view.account_id, mode: view.mode }));
  if (json === true) return cli.out.json({ mode, version, others });
  cli.out.line(`${whom}: ${cli.out.colour.bold(mode)}, policy ${version}; ${meaning[mode]}.`);
  for (const one of others)
    cli.out.note(`${one.account_id} stays ${one.mode}: it has a mode of its own, or a person made it stricter.`);
}
