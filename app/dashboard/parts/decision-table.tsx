/** Decisions as rows: when, who decided, about what, what. Each leads to its explanation. */
import type { ReactElement } from 'react';
import type { DecisionRow } from '../../operations/operations.ts';
import { zoneName } from '../format/time.ts';
import { hrefToDecision } from '../shell/route.ts';
import { Moment } from './moment.tsx';
import { Table } from './table.tsx';

const tones: Readonly<Record<string, string>> = { 'winner.detected': 'good', 'winner.withdrawn': 'warn' };

interface Props {
  readonly label: string;
  readonly rows: readonly DecisionRow[];
}

export function DecisionTable({ label, rows }: Props): ReactElement {
  const zone = zoneName(rows[0]?.appended_ms ?? Date.now());
  const columns = [
    { head: `Time (${zone})`, title: "When it was decided, by the source's clock; UTC under the pointer" },
    { head: 'Group', className: 'wide-only' },
    { head: 'About' },
    { head: 'Decision' },
  ];
  return (
    <Table label={label} columns={columns} className="decisions">
      {rows.map((row) => (
        <tr key={row.id} className="linked">
          <td className="when">
            <Moment at_ms={row.appended_ms} zone={false} />
          </td>
          <td className="wide-only quiet">{row.group}</td>
          <td className="entity" title={`${row.account_id} · ${row.entity}`}>
            {row.entity}
          </td>
          <td className={`result tone-${tones[row.topic] ?? 'plain'}`}>
            <a href={hrefToDecision(row.id)} title={row.result}>
              {row.result}
            </a>
          </td>
        </tr>
      ))}
    </Table>
  );
}
