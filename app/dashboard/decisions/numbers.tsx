/** The scalar fields of a decision, figures first: names in words, values in their units. */
import type { ReactElement } from 'react';
import type { Explanation } from '../../operations/operations.ts';
import { fieldWords } from '../format/records.ts';
import { Empty } from '../parts/empty.tsx';
import { Figure } from '../parts/grid.tsx';

/** Said above the table already. */
const elsewhere = new Set(['policy_version', 'reason', 'at_ms', 'account_id']);

export function Numbers({ numbers }: { readonly numbers: Explanation['numbers'] }): ReactElement {
  const shown = Object.entries(numbers)
    .filter(([name, value]) => !elsewhere.has(name) && value !== null)
    .sort(([, a], [, b]) => Number(typeof a === 'string') - Number(typeof b === 'string'));
  if (shown.length === 0) return <Empty title="No figures">The event’s value holds all it says; see below.</Empty>;
  return (
    <table className="numbers">
      <tbody>
        {shown.map(([name, value]) => (
          <tr key={name}>
            <th scope="row" title={name}>
              {fieldWords(name)}
            </th>
            <td className={typeof value === 'number' ? 'num' : 'num text'}>
              <Figure name={name} value={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
