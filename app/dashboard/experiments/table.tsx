/** Experiments as rows. */
import type { ReactElement } from 'react';
import type { ExperimentRow } from '../../operations/operations.ts';
import { progressWords, provenanceWords, standingOf } from '../format/evidence.ts';
import { Chip } from '../parts/chip.tsx';
import { EvidenceBar } from '../parts/evidence-bar.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';

const columns = [
  { head: 'Experiment' },
  { head: 'Status' },
  { head: 'Evidence', title: 'e-value of the leading ad against the threshold of an experiment on its own, log scale' },
  { head: 'Smallest arm', title: 'Impressions of the arm that has the fewest, against what each arm needs' },
  { head: 'Leading ad' },
];

export function ExperimentTable({ rows }: { readonly rows: readonly ExperimentRow[] }): ReactElement {
  return (
    <Table label="Experiments" columns={columns} className="experiments">
      {rows.map((row) => (
        <Row key={`${row.account_id} ${row.experiment_id}`} row={row} />
      ))}
    </Table>
  );
}

function Row({ row }: { readonly row: ExperimentRow }): ReactElement {
  const { words, tone, meaning } = standingOf(row.status, row.announced);
  const { smallest_arm_impressions: smallest, needed_impressions: needed } = row;
  return (
    <tr className="linked">
      <th scope="row">
        <a className="clamped" href={hrefTo('experiments', [row.account_id, row.experiment_id])} title={row.name}>
          {row.name}
        </a>
        <span className="under">
          {provenanceWords(row.provenance)} · {row.account_id}
        </span>
      </th>
      <td>
        <Chip tone={tone} words={words} meaning={meaning} />
      </td>
      <td>
        <EvidenceBar e_value={row.e_value} threshold={row.threshold} />
      </td>
      <td className="progress-cell">
        {progressWords(smallest, needed, row.days_left)}
        {smallest < needed && <progress value={smallest} max={needed} aria-label="Impressions of the smallest arm" />}
      </td>
      <td className="leading">
        {row.leading_name === null ? (
          <span className="quiet">none leads</span>
        ) : (
          <span className="clamped" title={row.leading_name}>
            {row.leading_name}
          </span>
        )}
      </td>
    </tr>
  );
}
