/** What a dry run would have written in an account. */
import type { ReactElement } from 'react';
import type { PlannedChange } from '../../operations/money/view.ts';
import { capital } from '../format/capital.ts';
import { counted } from '../format/numbers.ts';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useFirst } from '../parts/use-first.tsx';
import { hrefTo } from '../shell/route.ts';
import { Legs } from './legs.tsx';

const columns = [
  { head: 'Would have been written' },
  { head: 'Planned', numeric: true, title: 'As nothing is written, it is planned again each hour while it is wanted' },
  { head: 'Last' },
];

/** Of them, so many are shown before one asks for all. */
const at_first = 5;

interface Props {
  readonly account_id: string;
  /** Undefined while it is not known. */
  readonly planned: readonly PlannedChange[] | undefined;
}

export function Planned({ account_id, planned }: Props): ReactElement {
  const { shown, more } = useFirst(planned ?? [], at_first, 'plans');
  if (planned === undefined) return <p className="about padded">What was planned is not known.</p>;
  if (planned.length === 0) return <p className="about padded">Nothing would have been changed yet.</p>;
  return (
    <>
      <Table label={`Changes planned in ${account_id}`} columns={columns} className="budget-changes">
        {shown.map((change) => (
          <tr key={`${change.kind} ${change.legs.map(({ id }) => id).join(' ')}`}>
            <th scope="row">
              {capital(change.kind)}
              <Legs legs={change.legs} currency={change.currency} />
              {change.experiment_id !== null && (
                <span className="under">
                  <a href={hrefTo('experiments', [account_id, change.experiment_id])}>its experiment</a>
                </span>
              )}
            </th>
            <td className="num" data-head="Planned">
              {counted(change.times, 'time')}
            </td>
            <td className="when" data-head="Last">
              <Moment at_ms={change.last_ms} />
            </td>
          </tr>
        ))}
      </Table>
      {more}
    </>
  );
}
