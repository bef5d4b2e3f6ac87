/** Alerts that are open, the most urgent first. */
import type { ReactElement } from 'react';
import { ruleTitle } from '../../../policy/rule-title.ts';
import type { AlertCommandRequest, AlertsReport } from '../../operations/alerts/view.ts';
import { useEngine } from '../data/engine.tsx';
import { Chip } from '../parts/chip.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { toneOf } from './severity.ts';

interface Acting {
  readonly actor: string;
  readonly done: () => void;
}

type Alert = AlertsReport['open'][number];

const columns = [{ head: 'Alert' }, { head: 'Urgency' }, { head: 'Since' }, { head: '' }];

export function Open({ alerts, ...acting }: Acting & { readonly alerts: readonly Alert[] }): ReactElement {
  if (alerts.length === 0) return <p className="about padded">No alert is open.</p>;
  return (
    <Table label="Open alerts" columns={columns} className="budget-changes">
      {alerts.map((alert) => (
        <Row key={`${alert.account_id} ${alert.alert_id}`} alert={alert} {...acting} />
      ))}
    </Table>
  );
}

function Row({ alert, actor, done }: Acting & { readonly alert: Alert }): ReactElement {
  const { alert_id, account_id, rule_id, severity, reason, raised_ms, acknowledged } = alert;
  return (
    <tr>
      <th scope="row">
        {ruleTitle(rule_id)}
        <span className="under">{reason}</span>
        <span className="under">
          {account_id === '*' ? 'the program' : account_id}
          {acknowledged !== null &&
            `; ${acknowledged.by} looks after it${acknowledged.reason === '' ? '' : `: ${acknowledged.reason}`}`}
        </span>
      </th>
      <td data-head="Urgency">
        <Chip tone={toneOf(severity)} words={severity} />
      </td>
      <td className="when" data-head="Since">
        <Moment at_ms={raised_ms} />
      </td>
      <td className="acts">
        {acknowledged === null && (
          <Act kind="acknowledge" account_id={account_id} alert_id={alert_id} actor={actor} done={done} />
        )}
        <Act kind="resolve" account_id={account_id} alert_id={alert_id} actor={actor} done={done} />
      </td>
    </tr>
  );
}

const acts = {
  acknowledge: { words: 'Acknowledge', doing: 'Acknowledging …', says: 'It stays open, and says who looks after it.' },
  resolve: {
    words: 'Resolve',
    doing: 'Resolving …',
    says: 'It is over. Where its condition still holds it comes again later.',
  },
} as const;

type ActProps = Acting &
  Pick<Alert, 'account_id' | 'alert_id'> & { readonly kind: keyof typeof acts & AlertCommandRequest['kind'] };

function Act({ kind, account_id, alert_id, actor, done }: ActProps): ReactElement {
  const { operations } = useEngine();
  const { words, doing, says } = acts[kind];
  const act = async (): Promise<string> => {
    await operations.command_alert({ kind, account_id, alert_id, actor });
    done();
    return 'Sent.';
  };
  return (
    <Confirm
      words={words}
      question={`${words} this alert?`}
      confirm={words}
      doing={doing}
      act={act}
      disabled={actor === ''}
      primary={kind === 'acknowledge'}
    >
      {says} Signed by {actor}.
    </Confirm>
  );
}
