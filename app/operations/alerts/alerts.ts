/** Alerts: what is open, what was, and what people do about them, which is an event. */
import { randomUUID } from 'node:crypto';
import { alerts as alertsGroup } from '../../../processors/alerts/decide.ts';
import { desk_name, type Part } from '../../../processors/alerts/state.ts';
import { alertsView, joined, rulesView, type AlertsView, type RuleView } from '../../../processors/alerts/views.ts';
import { alertCommand, type AlertCommand } from '../../../schemas/index.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { policyInForce } from '../../policy-in-force.ts';
import type { AlertCommandRequest, AlertsReport, SentAlertCommand } from './view.ts';
import type { OperationsContext } from '../context.ts';
import { keptParts, keptStates } from '../running/kept-state.ts';
import { timeOf } from '../time-of.ts';

type Context = Pick<OperationsContext, 'engine'>;

/** Alerts that are over and shown where no number is named. */
const usual_past = 50;
/** Where alerts of the program itself are kept. */
const of_program = '*';

const deskParts = (engine: Context['engine'], account_id: string): Promise<ReadonlyMap<string, Part>> =>
  keptParts(engine, alertsGroup, account_id, '', desk_name);

/** Alerts of an account, or of all of which something is known. */
export async function alerts(
  { engine }: Context,
  { account_id, limit = usual_past }: { readonly account_id?: string; readonly limit?: number },
): Promise<AlertsReport> {
  const views = new Map<string, AlertsView>();
  if (account_id !== undefined) views.set(account_id, alertsView(account_id, await deskParts(engine, account_id)));
  else
    for await (const { key } of keptStates(engine, alertsGroup))
      views.set(key, alertsView(key, await deskParts(engine, key)));
  const { past, ...all } = joined([...views.values()]);
  const accounts = [...views].map(([id, { open }]) => ({
    account_id: id,
    open: open.length,
    urgent: open.filter(({ severity }) => severity === 'critical' || severity === 'high').length,
  }));
  return {
    accounts: accounts.sort((a, b) => b.urgent - a.urgent || b.open - a.open || (a.account_id < b.account_id ? -1 : 1)),
    account_id: account_id ?? null,
    ...all,
    past: past.slice(0, limit),
  };
}

export async function alertRules(
  { engine }: Context,
  { account_id }: { readonly account_id?: string },
): Promise<readonly RuleView[]> {
  const policy = await policyInForce(engine, account_id);
  const parts = account_id === undefined ? new Map<string, Part>() : await deskParts(engine, account_id);
  return rulesView(policy.alerts, parts);
}

/**
 * Sends what a person does about an alert.
 * @throws FlywheelError `alert.unknown` where it is not there to be done; `usage.invalid` where a field cannot be so
 */
export async function commandAlert(
  context: Pick<OperationsContext, 'engine' | 'source' | 'now_ms'>,
  command: AlertCommandRequest,
): Promise<SentAlertCommand> {
  const { kind, alert_id = null, notification_id = null, channel = null, actor, reason = '' } = command;
  const account_id = await accountOf(context, command);
  const command_id = `cmd-${randomUUID()}`;
  const at_ms = timeOf(context);
  const value: AlertCommand = {
    ...{ account_id, command_id, kind, alert_id, notification_id, channel, actor, reason, at_ms },
  };
  const broken = alertCommand.check(value, at_ms);
  if (broken !== undefined)
    throw new FlywheelError('usage.invalid', {
      why: `${broken.field} is ${broken.value}: ${broken.rule}`,
      what_to_do: broken.remedy,
    });
  await context.engine.publish({ source: 'operator', position: null, events: [alertCommand.event(value)] });
  return { command_id, account_id };
}

/** The account that holds what the command is about. */
async function accountOf(context: Context, command: AlertCommandRequest): Promise<string> {
  const { kind, account_id, alert_id, notification_id } = command;
  if (kind === 'test') return account_id ?? of_program;
  const id = kind === 'resend' ? notification_id : alert_id;
  const { open, untaken } = await alerts(context, account_id === undefined ? {} : { account_id });
  const found =
    kind === 'resend' ? untaken.find((one) => one.notification_id === id) : open.find((one) => one.alert_id === id);
  if (found === undefined)
    throw new FlywheelError('alert.unknown', { id: id ?? '', what: kind === 'resend' ? 'message' : 'alert' });
  return found.account_id;
}
