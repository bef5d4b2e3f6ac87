/** Alerts that are over, and why. */
import type { ReactElement } from 'react';
import { ruleTitle } from '../../../policy/rule-title.ts';
import type { AlertsReport } from '../../operations/alerts/view.ts';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useFirst } from '../parts/use-first.tsx';

const columns = [{ head: 'Alert' }, { head: 'Raised' }, { head: 'Over' }];

const endings = {
  ended: 'its condition ended',
  person: 'a person',
  unknown: 'nothing was known of it',
  off: 'its rule is gone',
} as const;

/** Of them, so many are shown before one asks for all. */
const at_first = 20;

export function Past({ alerts }: { readonly alerts: AlertsReport['past'] }): ReactElement {
  const { shown, more } = useFirst(alerts, at_first, 'alerts');
  return (
    <>
      <Table label="Alerts that are over" columns={columns} className="budget-changes">
        {shown.map(({ alert_id, account_id, rule_id, reason, raised_ms, resolved_ms, how, by, why }) => (
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
      {more}
    </>
  );
}
