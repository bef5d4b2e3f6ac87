/** All niches: how many take part, and whether that is enough for a release. */
import type { ReactElement } from 'react';
import type { NicheStanding } from '../../operations/niche/view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { plain } from './sharing.tsx';

const every_ms = 30_000;

const columns = [
  { head: 'Niche' },
  { head: 'Accounts', numeric: true },
  { head: 'Businesses', numeric: true, title: 'All accounts of one business count once' },
  { head: 'Needed', numeric: true, title: 'Businesses from which none can be told from what is released' },
  { head: 'Releases', numeric: true, title: 'Weekly releases so far' },
  { head: 'Last release' },
];

export function Standings(): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer('niches', () => operations.niches(), every_ms);
  return (
    <Panel title="All niches">
      <Answered answer={answer} what="niches">
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="No account takes part in any niche">
              Nothing is added up before one does. Let an account take part above.
            </Empty>
          ) : (
            <Table label="All niches" columns={columns}>
              {rows.map((row) => (
                <Row key={row.niche} row={row} />
              ))}
            </Table>
          )
        }
      </Answered>
    </Panel>
  );
}

const statuses = {
  released: { tone: 'good', words: 'Released', meaning: 'Its members got what they have in common.' },
  too_few_businesses: {
    tone: 'quiet',
    words: 'Too few businesses',
    meaning: 'What is released would tell of single ones.',
  },
  left: { tone: 'quiet', words: 'Left', meaning: 'Nobody takes part any more.' },
} as const;

function Row({ row }: { readonly row: NicheStanding }): ReactElement {
  return (
    <tr>
      <th scope="row">{plain(row.niche)}</th>
      <td className="num">{count(row.accounts)}</td>
      <td className="num">{count(row.businesses)}</td>
      <td className="num">{row.needed === null ? '–' : count(row.needed)}</td>
      <td className="num">{count(row.releases)}</td>
      <td>{row.status === null ? <span className="quiet">none yet</span> : <Chip {...statuses[row.status]} />}</td>
    </tr>
  );
}
