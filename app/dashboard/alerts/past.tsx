/** Alerts that are over, and why. */
import type { ReactElement } from 'react';
import { ruleTitle } from '../../../policy/rule-title.ts';
import type { AlertsReport } from '../../operations/alerts/view.ts';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';

const columns = [{ head: 'Alert' }, { head: 'Raised' }, { head: 'Over' }];

const endings = {
  ended: 'its condition ended',
  person: 'a person',
  unknown: 'nothing was known of it',
  off: 'its rule is gone',
} as const;

export function Past({ alerts }: Pick<{ readonly alerts: AlertsReport['past'] }, 'alerts'>): ReactElement {
  return (
    <Table label="Alerts that are over" columns={columns} className="budget-changes">
      {alerts.map(({ alert_id, account_id, rule_id, reason, raised_ms, resolved_ms, how, by, why }) => (
        <tr key={`${account_id} ${alert_id} ${resolved_ms}`}>
          <th scope="row">
            {ruleTitle(rule_id)}
            <span className="under">{reason}</span>
            <span className="under">
              {by ?? endings[how]}: {why}
            </span>
          </th>
          <td className="when" data-head="Raised">
            <Moment at_ms={raised_ms} />
          </td>
          <td className="when" data-head="Over">
            <Moment at_ms={resolved_ms} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
