/** The last learning cycle of the account: its steps, how each stands and why, and asking for another. */
import { useState, type ReactElement } from 'react';
import type { CycleView } from '../../../processors/cycle/views.ts';
import { span } from '../../operations/format/numbers.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import type { Tone } from '../format/evidence.ts';
import { count } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Command } from '../parts/command.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Problem } from '../parts/problem.tsx';

const every_ms = 5_000;
/** While a cycle runs, its steps are seconds apart at most. */
const running_every_ms = 500;

export function Cycle({ account_id }: { readonly account_id: string }): ReactElement {
  const { operations } = useEngine();
  const [running, setRunning] = useState(false);
  const answer = useAnswer(
    `cycle ${account_id}`,
    async () => {
      const [found] = await operations.cycles({ account_id });
      const cycle = found?.cycle ?? null;
      setRunning(cycle?.status === 'running');
      return cycle;
    },
    running ? running_every_ms : every_ms,
  );
  return (
    <Panel
      title="Learning cycle"
      about="Loops learn from every event by themselves. A cycle lets all of them do now what they would do at their next hour or day."
      aside={<Ask account_id={account_id} running={running} asked={answer.again} />}
    >
      <Answered answer={answer} what="the last cycle">
        {(cycle) => (cycle === null ? <Never account_id={account_id} /> : <Shown cycle={cycle} />)}
      </Answered>
    </Panel>
  );
}

interface AskProps {
  readonly account_id: string;
  readonly running: boolean;
  readonly asked: () => void;
}

function Ask({ account_id, running, asked }: AskProps): ReactElement {
  const { operations } = useEngine();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ask = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await operations.request_cycle({ account_id });
      asked();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="panel-tools">
      {error !== null && <Problem error={error} />}
      <Export table="cycle_progressed" account_id={account_id} />
      <button type="button" disabled={busy || running} onClick={() => void ask()}>
        {busy || running ? 'A cycle runs …' : 'Run a cycle'}
      </button>
    </div>
  );
}

const Never = ({ account_id }: { readonly account_id: string }): ReactElement => (
  <Empty title="No cycle yet">
    Nothing is missed without one. Run one here, or so, and see what each loop has to do:
    <Command line={`flywheel cycle --account ${account_id}`} />
  </Empty>
);

const outcomes = {
  running: { words: 'running', tone: 'info' },
  done: { words: 'done', tone: 'good' },
  partial: { words: 'done in part', tone: 'warn' },
  refused: { words: 'refused', tone: 'warn' },
} as const satisfies Record<CycleView['status'], { words: string; tone: Tone }>;

const names = {
  fetch_actuals: 'Fetch actuals',
  calculate_accuracy: 'Measure accuracy',
  auto_retrain: 'Ask for a model',
  compound_learning: 'Predict and compare',
  auto_promote: 'Announce winners',
  cross_learning: 'Tell the niche',
  rag_indexing: 'Index winners',
} as const satisfies Record<CycleView['steps'][number]['step'], string>;

const tones = { done: 'good', skipped: 'quiet', failed: 'bad', running: 'info', waiting: 'quiet' } as const;

function Shown({ cycle }: { readonly cycle: CycleView }): ReactElement {
  const { status, steps, started_ms, ended_ms, at_ms } = cycle;
  const outcome = outcomes[status];
  return (
    <>
      <p className="cycle-head">
        <Chip tone={outcome.tone} words={outcome.words} />
        <span>
          As of <Moment at_ms={at_ms} />
        </span>
        {/* The clock of a simulated account stands still while its events are handled. */}
        {ended_ms !== null && ended_ms > started_ms && <span>took {span(ended_ms - started_ms)}</span>}
      </p>
      <ol className="cycle-steps" aria-label="Steps">
        {steps.map(({ step, status: stands, count: amount, reason }) => (
          <li key={step} className={`cycle-${stands}`}>
            <span className="cycle-name">{names[step]}</span>
            <span className={`cycle-status tone-${tones[stands]}`}>{stands}</span>
            <span className="cycle-count">{amount > 0 ? count(amount) : ''}</span>
            <span className="cycle-reason">{reason}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
