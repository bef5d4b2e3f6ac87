/** `flywheel policy`: what decides in numbers: show it, compare, propose another one, bring it into force, and who did. */
import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { policyChanges, type PolicyChange } from '../../../policy/changes.ts';
import { parsePolicy } from '../../../policy/document.ts';
import type { WholePolicy } from '../../../policy/policy.ts';
import type { Operations } from '../../operations/operations.ts';
import { readPolicy } from '../../policy-file.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { printTable, type Output } from '../output.ts';
import { withSession } from '../session.ts';
import { minute } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly account?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly anyway?: boolean;
  readonly yes?: boolean;
}

export function policyCommand(cli: Cli): Command {
  const all = command('policy', 'The policy: show it, compare, propose another one and bring it into force', [
    'policy show',
    'policy diff stricter.yaml',
    'policy propose stricter.yaml --reason "fewer false winners"',
    'policy activate 5d1c22aa90fe',
  ]);
  const add = (name: string, description: string, examples: readonly string[]): Command => {
    const made = withFolder(withJson(command(name, description, examples)));
    all.addCommand(made);
    return made;
  };
  add('show', 'A policy with every field, as YAML that `policy propose` takes', [
    'policy show',
    'policy show 5d1c22aa90fe',
  ])
    .argument('[version]', 'version; without it the one in force')
    .option('--account <id>', 'as this account has it')
    .action((version: string | undefined, flags: Flags) => show(cli, version, flags));
  add('history', 'Policies that were proposed or came into force, newest first: who, why and what changed', [
    'policy history',
  ]).action((flags: Flags) => history(cli, flags));
  add('diff', 'Fields in which two policies differ (exit 1 if any does)', [
    'policy diff stricter.yaml',
    'policy diff 44136fa355b3 5d1c22aa90fe',
  ])
    .argument('<one>', 'version or file; alone it is compared with the one in force')
    .argument('[other]', 'version or file')
    .action((one: string, other: string | undefined, flags: Flags) => diff(cli, one, other, flags));
  signed(
    add('propose', 'Publish a policy for others to compare and bring into force', ['policy propose stricter.yaml']),
  )
    .argument('<file>', 'YAML or JSON; what it leaves out is at its default')
    .action((file: string, flags: Flags) => propose(cli, file, flags));
  signed(
    add('activate', 'Bring a policy into force that was proposed, or in force before', [
      'policy activate 5d1c22aa90fe',
    ]),
  )
    .argument('<version>', 'version, as `policy history` prints it')
    .option('--anyway', 'also where another policy came into force since it was proposed')
    .option('--yes', 'do not ask')
    .action((version: string, flags: Flags) => activate(cli, version, flags));
  return all;
}

const signed = (to: Command): Command =>
  to.option('--by <name>', 'who does it, for the history').option('--reason <text>', 'why, for the history');

const signatureOf = ({ by, reason }: Flags): { by?: string; reason?: string } => ({
  ...(by === undefined ? {} : { by }),
  ...(reason === undefined ? {} : { reason }),
});

const inSession = (cli: Cli, flags: Flags, work: (operations: Operations) => Promise<void>): Promise<void> =>
  withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) => work(operations));

async function show(cli: Cli, version: string | undefined, flags: Flags): Promise<void> {
  await inSession(cli, flags, async (operations) => {
    const { json, account } = flags;
    const asked = {
      ...(version === undefined ? {} : { version }),
      ...(account === undefined ? {} : { account_id: account }),
    };
    const found = await operations.policy(asked);
    if (json === true) return cli.out.json(found);
    const whose = found.account_id === null ? '' : `, as ${found.account_id} has it`;
    cli.out.line(`# ${found.version}${found.in_force ? ', in force' : ''}${whose}`);
    cli.out.line(stringify(found.document).trimEnd());
  });
}

async function history(cli: Cli, flags: Flags): Promise<void> {
  const { out } = cli;
  await inSession(cli, flags, async (operations) => {
    const steps = await operations.policy_history();
    if (flags.json === true) return out.json(steps);
    if (steps.length === 0) return out.line('The policy that is built in holds; nothing was proposed.');
    for (const { kind, version, in_force, against, changes, by, reason, at_ms } of steps) {
      const what = kind === 'proposed' ? 'proposed' : in_force ? out.colour.green('in force') : 'activated';
      const who = [by === null ? '' : `by ${by}`, reason ?? ''].filter((part) => part !== '').join(': ');
      out.line(`${minute(at_ms)}  ${out.colour.bold(version)}  ${what}  ${who}`.trimEnd());
      if (against !== null) printChanges(out, changes, against);
    }
  });
}

/** A version or the path of a file: what is there as a file is one. */
async function named(operations: Operations, name: string | undefined): Promise<WholePolicy> {
  if (name !== undefined && statSync(name, { throwIfNoEntry: false }) !== undefined) return readPolicy(name);
  const { version, document } = await operations.policy(name === undefined ? {} : { version: name });
  return { ...parsePolicy(document), version };
}

async function diff(cli: Cli, one: string, other: string | undefined, flags: Flags): Promise<void> {
  await inSession(cli, flags, async (operations) => {
    const before = await named(operations, other === undefined ? undefined : one);
    const after = await named(operations, other ?? one);
    const changes = policyChanges(before, after);
    if (changes.length > 0) cli.end(exit_codes.answer_is_no);
    if (flags.json === true) return cli.out.json({ before: before.version, after: after.version, changes });
    cli.out.line(`${cli.out.colour.bold(after.version)} ${cli.out.colour.dim(`against ${before.version}`)}`);
    printChanges(cli.out, changes, before.version);
  });
}

async function propose(cli: Cli, file: string, flags: Flags): Promise<void> {
  const document = documentOf(readPolicy(file));
  await inSession(cli, flags, async (operations) => {
    const answer = await operations.propose_policy({ document, ...signatureOf(flags) });
    const { version, against, changes, published } = answer;
    if (flags.json === true) return cli.out.json(answer);
    const said = version === against ? 'is in force' : published ? 'is proposed' : 'was proposed before';
    cli.out.line(`${cli.out.colour.bold(version)} ${said}`);
    printChanges(cli.out, changes, against);
    if (version === against) return;
    cli.out.note(`What it would have decided: flywheel backtest --policy ${file}`);
    cli.out.note(`To bring it into force: flywheel policy activate ${version}`);
  });
}

const documentOf = ({ version: _, overrides: __, ...document }: WholePolicy): object => document;

async function activate(cli: Cli, version: string, flags: Flags): Promise<void> {
  await inSession(cli, flags, async (operations) => {
    const changes = policyChanges(await named(operations, undefined), await named(operations, version));
    if (flags.json !== true) printChanges(cli.out, changes, 'the one in force');
    if (changes.length > 0 && flags.yes !== true && !(await cli.confirm(`Bring ${version} into force?`)))
      return cli.end(exit_codes.answer_is_no);
    const anyway = flags.anyway === true ? { anyway: true } : {};
    const answer = await operations.activate_policy({ version, ...anyway, ...signatureOf(flags) });
    if (flags.json === true) return cli.out.json(answer);
    cli.out.line(`${cli.out.colour.bold(version)} ${answer.published ? 'is in force now' : 'was in force already'}`);
  });
}

const text = (value: unknown): string => (value === null ? '-' : JSON.stringify(value));

function printChanges(out: Output, changes: readonly PolicyChange[], before: string): void {
  if (changes.length === 0) return out.line(out.colour.dim('  no field differs'));
  printTable(
    out,
    [{ head: 'field' }, { head: before }, { head: 'then' }],
    changes.map((change) => [change.field, text(change.before), text(change.after)]),
  );
}
