/** `flywheel alerts`: what is open and was, who looks after it, which rules there are, and whether messages arrive. */
import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { channels, type Channel } from '../../../policy/alerts.ts';
import type { RuleView } from '../../../processors/alerts/views.ts';
import type { AlertCommandRequest, AlertsReport, SentAlertCommand } from '../../operations/alerts/view.ts';
import { command, configOf, wholeNumber, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { printTable, type Output } from '../output.ts';
import { withSession } from '../session.ts';
import { minute } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly account?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly channel?: Channel;
  readonly limit?: number;
}

const withAccount = (to: Command): Command =>
  withFolder(withJson(to)).option('--account <id>', 'only this ad account; * is the program itself');

const withPerson = (to: Command): Command =>
  withAccount(to)
    .option('--by <name>', 'who says so (default: your user name)')
    .option('--reason <text>', 'why; it is kept with the alert');

function channelOf(text: string): Channel {
  const found = channels.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${channels.join(', ')}.`);
  return found;
}

export function alertsCommand(cli: Cli): Command {
  const all = command('alerts', 'Alerts: what is open, who looks after it, which rules there are', [
    'alerts list',
    'alerts ack roas_low-1x2y3z --reason "new creatives come tomorrow"',
    'alerts test --channel slack',
  ]);
  const parts = [
    withAccount(
      command('list', 'Alerts that are open, the most urgent first, then those that are over', ['alerts list']),
    )
      .option('--limit <n>', 'alerts that are over to show (default 10)', wholeNumber)
      .action((flags: Flags) => list(cli, flags)),
    onAlert(cli, 'ack', 'acknowledge', 'Say that somebody looks after an alert'),
    onAlert(cli, 'resolve', 'resolve', 'End an alert'),
    withAccount(command('rules', 'Rules with their thresholds', ['alerts rules --account act_1001'])).action(
      (flags: Flags) => rules(cli, flags),
    ),
    withPerson(command('test', 'Send a test message by every channel, or one', ['alerts test --channel slack']))
      .option('--channel <name>', channels.join(', '), channelOf)
      .action((flags: Flags) => send(cli, flags, { kind: 'test', ...(flags.channel && { channel: flags.channel }) })),
    withPerson(
      command('resend', 'Send a message again that a channel did not take', ['alerts resend raised-1x2y3z/slack']),
    )
      .argument('<message>', 'the message, as `list` prints it')
      .action((notification_id: string, flags: Flags) => send(cli, flags, { kind: 'resend', notification_id })),
  ];
  for (const one of parts) all.addCommand(one);
  return all;
}

const onAlert = (cli: Cli, name: string, kind: 'acknowledge' | 'resolve', words: string): Command =>
  withPerson(command(name, words, [`alerts ${name} roas_low-1x2y3z --reason "the offer ended"`]))
    .argument('<alert>', 'the alert, as `list` prints it')
    .action((alert_id: string, flags: Flags) => send(cli, flags, { kind, alert_id }));

const accountOf = ({ account }: Flags): { account_id?: string } =>
  account === undefined ? {} : { account_id: account };

const settingsOf = ({
  json: _,
  account: __,
  by: ___,
  reason: ____,
  channel: _____,
  limit: ______,
  ...settings
}: Flags): SettingFlags => settings;

async function list(cli: Cli, flags: Flags): Promise<void> {
  const { limit = 10 } = flags;
  await withSession(cli.root, configOf(cli, settingsOf(flags)), { create: false }, async ({ operations }) => {
    const found = await operations.alerts({ ...accountOf(flags), limit: Math.max(1, limit) });
    if (flags.json === true) cli.out.json(found);
    else for (const line of alertLines(cli.out, found)) cli.out.line(line);
  });
}

async function rules(cli: Cli, flags: Flags): Promise<void> {
  await withSession(cli.root, configOf(cli, settingsOf(flags)), { create: false }, async ({ operations }) => {
    const found = await operations.alert_rules(accountOf(flags));
    if (flags.json === true) cli.out.json(found);
    else printRules(cli.out, found);
  });
}

async function send(cli: Cli, flags: Flags, asked: Omit<AlertCommandRequest, 'actor'>): Promise<void> {
  const { json, by, reason } = flags;
  const request = {
    ...asked,
    ...accountOf(flags),
    actor: by ?? userInfo().username,
    ...(reason !== undefined && { reason }),
  };
  await withSession(cli.root, configOf(cli, settingsOf(flags)), { create: false }, async ({ operations, own }) => {
    const sent = await operations.command_alert(request);
    // This process runs the engine: what it was asked for is done before it ends.
    await own?.drain();
    if (json === true) cli.out.json(sent);
    else cli.out.line(sentLine(request, sent));
  });
}

const sent_words: Readonly<Record<AlertCommandRequest['kind'], string>> = {
  acknowledge: 'acknowledged',
  resolve: 'resolved',
  test: 'a test message is on its way by the channels that are set up',
  resend: 'is sent again',
};

const sentLine = ({ kind, alert_id, notification_id }: AlertCommandRequest, { account_id }: SentAlertCommand): string =>
  `${alert_id ?? notification_id ?? account_id}: ${sent_words[kind]}. See flywheel alerts list.`;

/** What is open, what was, and what was not taken. */
export function alertLines(
  { colour }: Pick<Output, 'colour'>,
  { open, past, untaken, waiting }: AlertsReport,
): readonly string[] {
  const mark = (severity: string): string =>
    severity === 'critical' || severity === 'high' ? colour.red(severity) : colour.yellow(severity);
  return [
    ...(open.length === 0 ? ['No alert is open.'] : []),
    ...open.flatMap(({ alert_id, account_id, severity, reason, raised_ms, acknowledged }) => [
      `${mark(severity)}  ${colour.bold(alert_id)}  ${account_id}  since ${minute(raised_ms)} UTC`,
      `  ${reason}`,
      ...(acknowledged === null ? [] : [colour.dim(`  ${acknowledged.by} looks after it: ${acknowledged.reason}`)]),
    ]),
    ...(waiting === 0
      ? []
      : [colour.dim(`${waiting} things are told with the next message (quiet hours, or one an hour)`)]),
    ...(untaken.length === 0 ? [] : ['', 'Messages that were not taken:']),
    ...untaken.map(
      ({ notification_id, title, why, outcome, tries }) =>
        `  ${notification_id}  ${title}: ${colour.red(outcome)} after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${why}`,
    ),
    ...(past.length === 0 ? [] : ['', colour.dim('Over:')]),
    ...past.map(({ alert_id, account_id, resolved_ms, why, by }) =>
      colour.dim(`  ${minute(resolved_ms)}  ${alert_id}  ${account_id}  ${by === null ? '' : `${by}: `}${why}`),
    ),
  ];
}

function printRules(out: Output, found: readonly RuleView[]): void {
  printTable(
    out,
    ['rule', 'severity', 'of', 'when', 'hours', 'at least', 'open'].map((head) => ({ head })),
    found.map(
      ({ rule_id, severity, scope, metric, comparison, threshold, window_hours, min_exposure, open, evaluated }) => [
        evaluated ? rule_id : out.colour.dim(`${rule_id} (off)`),
        severity,
        scope,
        `${metric} ${comparison} ${threshold}`,
        String(window_hours),
        String(min_exposure),
        String(open),
      ],
    ),
  );
}
