/** What came of ads that were made from others, beside what was expected of the change: winners and losers. */
import type { ReactElement } from 'react';
import type { ApplicationsView, ApplicationView, Verdict } from '../../../processors/creative-dna/applications.ts';
import { capital } from '../format/capital.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import type { Tone } from '../format/evidence.ts';
import { change, changeRange } from '../format/change.ts';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Chip } from '../parts/chip.tsx';
import { Table } from '../parts/table.tsx';

const every_ms = 30_000;
const most_rows = 8;

export function Applications({ account_id }: { readonly account_id: string }): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(
    `applications ${account_id}`,
    () => operations.dna_applications({ account_id, limit: most_rows }),
    every_ms,
  );
  return (
    <Answered answer={answer} what="changed ads">
      {(view) => <Shown view={view} />}
    </Answered>
  );
}

const columns = [
  { head: 'Changed ad' },
  { head: 'Change' },
  { head: 'Expected', numeric: true, title: 'Clicks that the change goes with, as known when the ad was made, 95 %' },
  { head: 'Came', numeric: true, title: 'Clicks beside the ad it was made from, inside an experiment, 95 %' },
  { head: 'Outcome' },
];

function Shown({ view }: { readonly view: ApplicationsView }): ReactElement {
  const { applications, words, rows } = view;
  if (applications === 0)
    return (
      <Empty title="No ad says what it was made from">
        Give <code>made_from</code> with <code>ad.created</code>, and what comes of a change stands here.
      </Empty>
    );
  return (
    <>
      <p className="about in-panel">
        {capital(words)}.{applications > rows.length && ` The newest ${rows.length} of ${applications}:`}
      </p>
      <Table label="Changed ads" columns={columns} className="board">
        {rows.map((row) => (
          <Row key={row.ad_id} row={row} />
        ))}
      </Table>
    </>
  );
}

const verdicts: Readonly<Record<Verdict, { readonly tone: Tone; readonly words: string }>> = {
  better: { tone: 'good', words: 'better' },
  worse: { tone: 'bad', words: 'worse' },
  not_told_apart: { tone: 'quiet', words: 'not told apart' },
  waiting: { tone: 'quiet', words: 'no data yet' },
};

function Row({
  row: { ad_id, made_from, expected, outcome, verdict, inside },
}: {
  readonly row: ApplicationView;
}): ReactElement {
  const { tone, words } = verdicts[verdict];
  return (
    <tr>
      <td>
        {ad_id} <span className="quiet">from {made_from.ad_id}</span>
      </td>
      <td>{changeOf(made_from)}</td>
      <td className="num">{expected === null ? 'unknown' : <Lift {...expected} />}</td>
      <td className="num">{outcome === null ? '–' : <Lift {...outcome} />}</td>
      <td>
        <Chip tone={tone} words={words} />
        {outcome?.against === 'rivals' && <span className="quiet"> against its rivals</span>}
        {inside === false && <span className="quiet"> not as predicted</span>}
      </td>
    </tr>
  );
}

interface Span {
  readonly effect: number;
  readonly low: number;
  readonly high: number;
}

const Lift = ({ effect, low, high }: Span): ReactElement => (
  <>
    {change(Math.expm1(effect))} <span className="quiet">({changeRange(Math.expm1(low), Math.expm1(high))})</span>
  </>
);
const plain = (name: string): string => name.replaceAll('_', ' ');

function changeOf({ trait, from, to }: ApplicationView['made_from']): string {
  if (trait === null) return 'not said';
  const what = plain(trait);
  if (from !== null && to !== null) return `${what}: ${plain(to)} instead of ${plain(from)}`;
  if (to !== null) return `${what}: ${plain(to)}`;
  return from === null ? what : `${what}: without ${plain(from)}`;
}
