/** The newest decisions, as they come; they hold still while someone points at them or has focus among them. */
import { useRef, useState, type ReactElement } from 'react';
import type { DecisionRow } from '../../operations/operations.ts';
import { useEngine, useLive } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count } from '../format/numbers.ts';
import { DecisionTable } from '../parts/decision-table.tsx';
import { Choice } from '../parts/choice.tsx';
import { Empty, Loading } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Problem } from '../parts/problem.tsx';
import { kindsOf, newestOf, type Wanted } from './decision-mix.ts';

const shown = 12;
const options: readonly { readonly value: Wanted; readonly words: string }[] = [
  { value: 'announcements', words: 'Winners' },
  { value: 'budget.change.progressed', words: 'Budget changes' },
  { value: 'allocation.proposed', words: 'Budget splits' },
  { value: 'all', words: 'All' },
];

export function LatestDecisions(): ReactElement {
  const [wanted, setWanted] = useState<Wanted>('announcements');
  const { rows, waiting, error, again, hold } = useHeld(wanted);
  return (
    <Panel
      title="Latest decisions"
      about="Each row leads to its explanation."
      aside={
        <span className="panel-tools">
          <span className="held" role="status">
            {waiting > 0 && `held while you look: ${count(waiting)} newer`}
          </span>
          <Choice label="Which decisions" options={options} chosen={wanted} onChoose={setWanted} />
        </span>
      }
    >
      {error !== null && rows === undefined && <Problem error={error} again={again} />}
      {error === null && rows === undefined && <Loading what="decisions" />}
      {rows?.length === 0 && <NoDecisions wanted={wanted} />}
      {rows !== undefined && rows.length > 0 && (
        <div onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)}>
          <DecisionTable label="Latest decisions" rows={rows} />
        </div>
      )}
    </Panel>
  );
}

interface Held {
  readonly rows: readonly DecisionRow[] | undefined;
  readonly waiting: number;
  readonly error: unknown;
  readonly again: () => void;
  readonly hold: (still: boolean) => void;
}

/** What was asked for once, with what is pushed since; frozen while held. */
function useHeld(wanted: Wanted): Held {
  const { operations } = useEngine();
  const { decisions, decisions_total } = useLive();
  const kinds = kindsOf(wanted);
  const answer = useAnswer(
    `decisions ${wanted}`,
    () => Promise.all(kinds.map((topic) => operations.decisions({ topic, limit: shown }))),
    5_000,
  );
  const [still, setStill] = useState<{
    readonly wanted: Wanted;
    readonly rows: readonly DecisionRow[];
    readonly total: number;
  } | null>(null);
  const fresh = answer.data === undefined ? undefined : newestOf([decisions, ...answer.data], wanted, shown);
  const latest = useRef(fresh);
  latest.current = fresh;
  const frozen = still?.wanted === wanted ? still : null;
  const waiting =
    frozen === null ? 0 : newerThan(frozen.rows, fresh ?? []) ? Math.max(1, decisions_total - frozen.total) : 0;
  return {
    rows: frozen?.rows ?? fresh,
    waiting,
    error: answer.error,
    again: answer.again,
    hold: (on) => setStill(on && fresh !== undefined ? { wanted, rows: fresh, total: decisions_total } : null),
  };
}

const newerThan = (held: readonly DecisionRow[], fresh: readonly DecisionRow[]): boolean =>
  held[0]?.id !== fresh[0]?.id;

function NoDecisions({ wanted }: { readonly wanted: Wanted }): ReactElement {
  const { status } = useLive();
  const paused = status?.source.kind !== 'none' && status?.source.speed === 0;
  if (paused)
    return <Empty title="Nothing decided yet">The source is paused. Choose a speed above to let it run.</Empty>;
  if (status?.source.kind === 'none')
    return (
      <Empty title="Nothing decided yet">
        Send events with <code>flywheel publish</code>; decisions follow by themselves.
      </Empty>
    );
  if (wanted === 'budget.change.progressed')
    return (
      <Empty title="No budget looked at yet">
        Changes come of winners and splits; what is not done is told here with its reason.
      </Empty>
    );
  return wanted === 'allocation.proposed' ? (
    <Empty title="No budget split proposed yet">
      Splits are proposed every hour of the source’s clock. Raise the speed above to see one sooner.
    </Empty>
  ) : (
    <Empty title="No winner announced yet">
      A winner needs evidence that holds however often one looks. See how near the{' '}
      <a href="#/experiments">experiments</a> are.
    </Empty>
  );
}
