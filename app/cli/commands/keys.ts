/** `flywheel keys`: make, list and revoke keys of the API. */
import { InvalidArgumentError, type Command } from 'commander';
import { roles, type Role } from '../../access/principal.ts';
import type { KeyView } from '../../access/keys.ts';
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
import { printTable, type Output } from '../output.ts';
import { withSession } from '../session.ts';
import { clock } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly name?: string;
  readonly role: Role;
  readonly account?: readonly string[];
  readonly days?: number;
  readonly unending?: boolean;
}

const collected = (id: string, before: readonly string[] = []): readonly string[] => [...before, id];

function role(text: string): Role {
  const found = roles.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${roles.join(', ')}.`);
  return found;
}

const withAll = (made: Command): Command => withServers(withFolder(withJson(made)));

export function keysCommand(cli: Cli): Command {
  const all = command('keys', 'Keys of the API: who may ask, for which accounts, until when', [
    'keys create --name exporter --role operator --account act_1001',
    'keys list',
    'keys revoke 0123456789abcdef01',
  ]);
  all.addCommand(
    withAll(
      command('create', 'Make a key; it is printed once and kept nowhere', [
        'keys create --name me --role viewer --days 30',
      ]),
    )
      .option('--name <name>', 'what to call it', 'a key')
      .option('--role <role>', 'viewer, operator or admin', role, 'viewer')
      .option(
        '--account <id>',
        'account that it is for; may be given several times; without it, all accounts',
        collected,
      )
      .option('--days <n>', 'days until it ends (default 90)', wholeNumber)
      .option('--unending', 'it does not end')
      .action((flags: Flags) => create(cli, flags)),
  );
  all.addCommand(
    withAll(command('list', 'All keys, newest first', ['keys list'])).action((flags: Flags) => list(cli, flags)),
  );
  all.addCommand(
    withAll(command('revoke', 'End a key at once', ['keys revoke 0123456789abcdef01']))
      .argument('<id>', 'its id, as `list` prints it')
      .action((id: string, flags: Flags) => revoke(cli, id, flags)),
  );
  return all;
}

async function create(
  cli: Cli,
  { json, name = 'a key', role: as, account, days, unending, ...flags }: Flags,
): Promise<void> {
  const ends = unending === true ? null : days;
  const made = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.create_key({
      name,
      role: as,
      ...(account === undefined ? {} : { accounts: [...account] }),
      ...(ends === undefined ? {} : { days: ends }),
    }),
  );
  if (json === true) return cli.out.json(made);
  cli.out.line(made.key);
  cli.out.note(`${described(made)}. It is not shown again; flywheel keys revoke ${made.key_id} ends it.`);
}

const described = ({ name, role: as, accounts, expires_ms }: KeyView): string =>
  `${name}: ${as} of ${accounts.length === 0 ? 'all accounts' : accounts.join(', ')}, ${expires_ms === null ? 'without end' : `until ${clock(expires_ms)}`}`;

async function list(cli: Cli, { json, ...flags }: Flags): Promise<void> {
  const keys = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.list_keys(),
  );
  if (json === true) return cli.out.json(keys);
  if (keys.length === 0) return cli.out.line('No key was made: flywheel keys create');
  print(cli.out, keys);
}

function print(out: Output, keys: readonly KeyView[]): void {
  printTable(
    out,
    ['id', 'name', 'role', 'accounts', 'status', 'until'].map((head) => ({ head })),
    keys.map((key) => [
      key.key_id,
      key.name,
      key.role,
      key.accounts.length === 0 ? 'all' : key.accounts.join(', '),
      key.status,
      key.expires_ms === null ? 'no end' : clock(key.expires_ms),
    ]),
  );
}

async function revoke(cli: Cli, id: string, { json, ...flags }: Flags): Promise<void> {
  const key = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.revoke_key({ key_id: id }),
  );
  if (json === true) cli.out.json(key);
  else cli.out.line(`${key.name} is revoked.`);
}
