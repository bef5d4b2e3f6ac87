/** The scalar fields of a decision, as a table: names in words, values in their units. */
import type { ReactElement } from 'react';
import type { Explanation } from '../../operations/operations.ts';
import { figure } from '../format/figure.ts';
import { Moment } from '../parts/moment.tsx';
import { Empty } from '../parts/empty.tsx';

/** Said above the table already. */
const elsewhere = new Set(['policy_version', 'reason', 'at_ms']);

export function Numbers({ numbers }: { readonly numbers: Explanation['numbers'] }): ReactElement {
  const shown = Object.entries(numbers).filter(([name, value]) => !elsewhere.has(name) && value !== null);
  if (shown.length === 0) return <Empty title="No figures">The event’s value holds all it says; see below.</Empty>;
  return (
    <table className="numbers">
      <tbody>
        {shown.map(([name, value]) => (
          <tr key={name}>
            <th scope="row" title={name}>
              {name.replace(/_ms$/, '').replaceAll('_', ' ')}
            </th>
            <td className={typeof value === 'number' ? 'num' : 'num text'}>
              {typeof value === 'number' && name.endsWith('_ms') && value > 1e11 ? (
                <Moment at_ms={value} />
              ) : (
                figure(name, value)
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
