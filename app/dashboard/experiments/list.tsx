/** All experiments, the most telling first; filtered and paged by the address, so that a view can be sent. */
import type { ReactElement } from 'react';
import type { Operations } from '../../operations/operations.ts';
import { useEngine, useLive } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { standingOf } from '../format/evidence.ts';
import { Answered } from '../parts/answered.tsx';
import { Choice } from '../parts/choice.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Pages } from '../parts/pages.tsx';
import { hrefTo } from '../shell/route.ts';
import { ExperimentTable } from './table.tsx';

const page_rows = 25;
const every_ms = 3_000;
type Page = Awaited<ReturnType<Operations['experiments']>>;

const statuses = ['winner', 'withdrawn', 'separated', 'deciding', 'collecting', 'ended', 'blocked', 'leader'];
const options = [
  { value: '', words: 'All' },
  ...statuses.map((status) => {
    const { words, meaning } = standingOf(status);
    return { value: status, words, title: meaning };
  }),
];

export function ExperimentList({ query }: { readonly query: Readonly<Record<string, string>> }): ReactElement {
  const { operations } = useEngine();
  const status = query['status'] ?? '';
  const after = query['after'] ?? '';
  const answer = useAnswer(
    `experiments ${status} ${after}`,
    () =>
      operations.experiments({
        limit: page_rows,
        ...(status === '' ? {} : { status }),
        ...(after === '' ? {} : { after }),
      }),
    every_ms,
  );
  const choose = (value: string): void => {
    window.location.hash = hrefTo('experiments', [], { status: value === '' ? null : value });
  };
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Experiments</h1>
          <p className="about">Winners first, then by how near their evidence is to what their family asks for.</p>
        </div>
        <div className="panel-tools">
          <Choice label="Experiments by where they stand" options={options} chosen={status} onChoose={choose} />
          <Export table="evidence_changed" />
        </div>
      </div>
      <Answered answer={answer} what="experiments">
        {(page) => <List page={page} status={status} from={Number(after) || 0} />}
      </Answered>
    </>
  );
}

interface ListProps {
  readonly page: Page;
  readonly status: string;
  /** Rows before this page. */
  readonly from: number;
}

function List({ page: { rows, total, next }, status, from }: ListProps): ReactElement {
  if (rows.length === 0) return <NoExperiments status={status} />;
  const filter = status === '' ? null : status;
  const before = Math.max(0, from - page_rows);
  return (
    <section className="panel" aria-label="Experiments">
      <ExperimentTable rows={rows} />
      <Pages
        from={from}
        shown={rows.length}
        total={total}
        previous={
          from === 0 ? null : hrefTo('experiments', [], { status: filter, after: before === 0 ? null : String(before) })
        }
        next={next === null ? null : hrefTo('experiments', [], { status: filter, after: next })}
      />
    </section>
  );
}

function NoExperiments({ status }: { readonly status: string }): ReactElement {
  const live = useLive();
  const none = live.status?.summary.experiments === 0;
  return (
    <section className="panel">
      {status !== '' && !none ? (
        <Empty title={`No experiment stands at “${standingOf(status).words}”`}>
          {standingOf(status).meaning} <a href={hrefTo('experiments')}>Show all</a>.
        </Empty>
      ) : (
        <Empty title="No experiment yet">
          One appears with its first <code>experiment.declared</code> and numbers for its ads. Start with a simulated
          account (<code>npm start</code>), play recorded tests (<code>npm start -- --replay FILE</code>), or send your
          own events with <code>flywheel publish</code>.
        </Empty>
      )}
    </section>
  );
}
