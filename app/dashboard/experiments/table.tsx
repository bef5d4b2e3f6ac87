/** Experiments as rows. */
import type { ReactElement } from 'react';
import type { ExperimentRow } from '../../operations/operations.ts';
import { progressWords, provenanceWords, standingOf, standsOut } from '../format/evidence.ts';
import { Chip } from '../parts/chip.tsx';
import { EvidenceBar } from '../parts/evidence-bar.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';

const columns = [
  { head: 'Experiment' },
  { head: 'Status' },
  {
    head: 'Evidence',
    title:
      'Evidence (e-value) of the leading ad against what it needs to be announced now, which falls with each winner of its family; log scale',
  },
  { head: 'Data', title: 'What is missing that takes longest; else the impressions of the arm that has the fewest' },
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
  const { words, tone, meaning } = standingOf(row.standing);
  const { waits_for } = row;
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
        {row.standing === 'leader' ? (
          <span className="quiet">never announced</span>
        ) : (
          <EvidenceBar e_value={row.e_value} threshold={row.threshold} />
        )}
      </td>
      <td className="progress-cell">
        {progressWords(row)}
        {waits_for !== null && <progress value={waits_for.have} max={waits_for.need} aria-label={waits_for.what} />}
      </td>
      <td className="leading">
        {row.leading_name === null || !standsOut(row.e_value) ? (
          <span className="quiet">none stands out</span>
        ) : (
          <span className="clamped" title={row.leading_name}>
            {row.leading_name}
          </span>
        )}
      </td>
    </tr>
  );
}
