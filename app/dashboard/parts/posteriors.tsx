/** What is thought of each arm's rate: mean and 95 % interval on one scale, with P(best) and the proposed share. */
import type { ReactElement } from 'react';
import type { Posterior } from '../../operations/operations.ts';
import { rate, share } from '../format/numbers.ts';
import { Table } from './table.tsx';

export interface Arm {
  readonly name: string;
  /** A colour, the same as in the charts. */
  readonly colour: string;
  readonly posterior: Posterior;
}

const columns = [
  { head: 'Ad set' },
  { head: 'Link click rate', numeric: true, title: 'Mean of what is thought of it, shrunken' },
  { head: '95 % interval', className: 'wide-only' },
  { head: 'From – to', numeric: true },
  { head: 'P(best)', numeric: true, title: 'Probability that it is the best of its campaign' },
  { head: 'Share', numeric: true, title: 'Of the budget, as proposed' },
  { head: 'Loss alone', numeric: true, title: 'Click rate that showing it alone is expected to lose' },
];

export function Posteriors({ arms }: { readonly arms: readonly Arm[] }): ReactElement {
  const lows = arms.map(({ posterior }) => posterior.low);
  const most = Math.max(...arms.map(({ posterior }) => posterior.high));
  const least = Math.min(...lows);
  const room = (most - least) * 0.05;
  const at = (value: number): string => `${((value - least + room) / Math.max(most - least + 2 * room, 1e-12)) * 100}%`;
  return (
    <Table label="Posteriors of the arms" columns={columns} className="posteriors">
      {arms.map(({ name, colour, posterior: { mean, low, high, p_best, share: part, expected_loss } }) => (
        <tr key={name}>
          <th scope="row">
            <span className="arm-name">
              <span className="swatch" style={{ background: colour }} aria-hidden="true" />
              {name}
            </span>
          </th>
          <td className="num">{rate(mean)}</td>
          <td className="wide-only">
            <span className="interval" aria-hidden="true" style={{ color: colour }}>
              <span className="interval-span" style={{ left: at(low), right: `calc(100% - ${at(high)})` }} />
              <span className="interval-point" style={{ left: at(mean) }} />
            </span>
          </td>
          <td className="num quiet">
            {rate(low)} – {rate(high)}
          </td>
          <td className="num">{share(p_best)}</td>
          <td className="num">{share(part)}</td>
          <td className="num quiet">{points(expected_loss)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** A difference of rates in percentage points. */
export const points = (fraction: number): string => `${(fraction * 100).toFixed(3)} pp`;
