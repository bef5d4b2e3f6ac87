/** What people say of alerts, and of messages about them. */
import { channels } from '../../policy/alerts.ts';
import type { AlertCommand } from '../../schemas/index.ts';
import { alerts_path, type Desk } from './desk.ts';
import { sendAgain } from './messages.ts';

/** A command sent again within so many others counts once. */
const remembered = 100;

export function onCommand(desk: Desk, command: AlertCommand): void {
  const { command_id, kind, alert_id, actor, reason, at_ms } = command;
  if (desk.desk.commands.includes(command_id)) return;
  desk.set({ commands: [...desk.desk.commands, command_id].slice(-remembered) });
  const said = { by: actor, reason, at_ms };
  if (kind === 'acknowledge' && alert_id !== null) desk.acknowledge(alert_id, said);
  if (kind === 'resolve' && alert_id !== null) desk.resolve(alert_id, said);
  if (kind === 'test') sendTest(desk, command);
  if (kind === 'resend') sendAgain(desk, ({ message }) => message.notification_id === command.notification_id);
}

function sendTest(desk: Desk, { actor, channel, account_id }: AlertCommand): void {
  const meant = channels.filter((one) => channel === null || one === channel);
  desk.send(meant, {
    ...{ kind: 'test', severity: 'info', rule_id: null, title: `Test message of ${account_id}`, path: alerts_path },
    items: [{ alert_id: null, text: `${actor} asked for this message. Nothing is wrong.`, path: alerts_path }],
    facts: [],
  });
}
