/** Decisions: the list, or the explanation of one. */
import type { ReactElement } from 'react';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Choice } from '../parts/choice.tsx';
import { DecisionTable } from '../parts/decision-table.tsx';
import { Empty } from '../parts/empty.tsx';
import { hrefTo, type Route } from '../shell/route.ts';
import { Explained } from './explained.tsx';

const most = 200;
const options = [
  { value: '', words: 'All' },
  { value: 'winner.detected', words: 'Winners' },
  { value: 'winner.withdrawn', words: 'Withdrawals' },
  { value: 'allocation.proposed', words: 'Budget splits' },
];

export function Decisions({ route }: { readonly route: Route }): ReactElement {
  return route.rest.length > 0 ? <Explained id={route.rest.join('/')} /> : <List topic={route.query['topic'] ?? ''} />;
}

function List({ topic }: { readonly topic: string }): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(
    `decisions ${topic}`,
    () => operations.decisions({ limit: most, ...(topic === '' ? {} : { topic }) }),
    5_000,
  );
  const choose = (value: string): void => {
    window.location.hash = hrefTo('decisions', [], { topic: value === '' ? null : value });
  };
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Decisions</h1>
          <p className="about">The newest {most}. Each can be explained and made again from the log.</p>
        </div>
        <Choice label="Decisions by kind" options={options} chosen={topic} onChoose={choose} />
      </div>
      <Answered answer={answer} what="decisions">
        {(rows) => (
          <section className="panel" aria-label="Decisions">
            {rows.length === 0 ? <NoDecisions /> : <DecisionTable label="Decisions" rows={rows} />}
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
