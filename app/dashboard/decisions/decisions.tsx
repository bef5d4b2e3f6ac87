/** Decisions: the list, or the explanation of one. */
import type { ReactElement } from 'react';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Choice } from '../parts/choice.tsx';
import { DecisionTable } from '../parts/decision-table.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Pages } from '../parts/pages.tsx';
import { hrefTo, type Route } from '../shell/route.ts';
import { Explained } from './explained.tsx';

const page_rows = 25;
/** The engine tells no more than a thousand of the newest. */
const most_pages = 1_000 / page_rows;
const first_choice = 'winner.detected';
const options = [
  { value: first_choice, words: 'Winners' },
  { value: 'winner.withdrawn', words: 'Withdrawals' },
  { value: 'budget.change.progressed', words: 'Budget changes' },
  { value: 'allocation.proposed', words: 'Budget splits' },
  { value: 'all', words: 'All' },
];

export function Decisions({ route }: { readonly route: Route }): ReactElement {
  if (route.rest.length > 0) return <Explained id={route.rest.join('/')} />;
  const { topic = first_choice, page } = route.query;
  return <List topic={topic} page={Math.max(1, Math.min(most_pages, Math.floor(Number(page)) || 1))} />;
}

const hrefToPage = (topic: string, page: number): string =>
  hrefTo('decisions', [], {
    topic: topic === first_choice ? null : topic,
    page: page === 1 ? null : String(page),
  });

interface ListProps {
  readonly topic: string;
  /** From 1. */
  readonly page: number;
}

function List({ topic, page }: ListProps): ReactElement {
  const { operations } = useEngine();
  const from = (page - 1) * page_rows;
  // One more than is shown tells whether there is a next page.
  const limit = Math.min(from + page_rows + 1, most_pages * page_rows);
  const answer = useAnswer(
    `decisions ${topic} ${page}`,
    () => operations.decisions({ limit, ...(topic === 'all' ? {} : { topic }) }),
    5_000,
  );
  const choose = (value: string): void => {
    window.location.hash = hrefToPage(value, 1);
  };
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Decisions</h1>
          <p className="about">The newest first. Each can be explained and made again from the log.</p>
        </div>
        <div className="panel-tools">
          <Choice label="Decisions by kind" options={options} chosen={topic} onChoose={choose} />
          {/* Each kind is a table of its own. */}
          {topic !== 'all' && <Export table={topic.replaceAll('.', '_')} />}
        </div>
      </div>
      <Answered answer={answer} what="decisions">
        {(rows) => (
          <section className="panel" aria-label="Decisions">
            {rows.length <= from ? (
              <NoDecisions />
            ) : (
              <DecisionTable label="Decisions" rows={rows.slice(from, from + page_rows)} />
            )}
            <Pages
              from={from}
              shown={Math.max(0, Math.min(page_rows, rows.length - from))}
              previous={page === 1 ? null : hrefToPage(topic, page - 1)}
              next={rows.length > from + page_rows ? hrefToPage(topic, page + 1) : null}
            />
          </section>
        )}
      </Answered>
    </>
  );
}

function NoDecisions(): ReactElement {
  return (
    <Empty title="No such decision yet">
      Budget splits come every hour of the source’s clock, winners when their evidence holds. Raise the speed above, or
      see how near the <a href={hrefTo('experiments')}>experiments</a> are.
    </Empty>
  );
}
