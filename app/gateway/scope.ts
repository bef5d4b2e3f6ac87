/** Holds a request to the accounts of whoever asks, before its handler sees it. */
import { tableName } from '../../processors/archivist/tables.ts';
import { apiKeyChanged, auditRecorded } from '../../schemas/index.ts';
import { mayDo, seesAccount, type Principal } from '../access/principal.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { About, Given } from './route.ts';

/** Refuses who may not do what the route does. @throws FlywheelError `request.role` */
export function checkRole({ id, role }: Pick<About, 'id' | 'role'>, principal: Principal): void {
  if (!mayDo(principal.role, role))
    throw new FlywheelError('request.role', { operation: id, needed: role, role: principal.role });
}

/** Topics that say who asked for what, and whose keys there are: `GET /api/audit` is for admins, so are its events. */
const admins: ReadonlySet<unknown> = new Set(
  [auditRecorded, apiKeyChanged].flatMap(({ name }) => [name, tableName(name)]),
);

/** Whether a caller may be told the events of a topic; `asked` names it or its table. */
export const seesTopic = ({ role }: Pick<Principal, 'role'>, asked: unknown): boolean =>
  !admins.has(asked) || mayDo(role, 'admin');

/** Refuses to tell a topic to whom it is not told. @throws FlywheelError `request.role` */
export function checkTopic({ id }: Pick<About, 'id'>, asked: unknown, principal: Principal): void {
  if (!seesTopic(principal, asked))
    throw new FlywheelError('request.role', { operation: id, needed: 'admin', role: principal.role });
}

/**
 * What was given, with the account it is about. `known` are accounts that there are, asked where one is implied.
 * @throws FlywheelError `request.account` for another's account, `request.account_needed` where several may be meant,
 *   `request.all_accounts` where only all of them can be meant
 */
export function withAccount(
  { id, account }: Pick<About, 'id' | 'account'>,
  given: Given,
  { accounts }: Principal,
  known: () => readonly string[],
): Given {
  if (account === 'none' || account === 'own') return given;
  if (account === 'whole') {
    if (accounts !== 'all') throw new FlywheelError('request.all_accounts', { operation: id });
    return given;
  }
  const { account_id, ...rest } = given;
  if (account_id !== undefined && account_id !== null) {
    if (typeof account_id === 'string' && !seesAccount({ accounts }, account_id))
      throw new FlywheelError('request.account', { field: 'account_id', value: account_id.slice(0, 120) });
    return given;
  }
  if (account === 'optional' && accounts === 'all') return rest;
  const meant = accounts === 'all' ? known() : accounts;
  const [only] = meant;
  if (only === undefined || meant.length > 1)
    throw new FlywheelError('request.account_needed', { operation: id, field: 'account_id', value: 'absent' });
  return { ...rest, account_id: only };
}
