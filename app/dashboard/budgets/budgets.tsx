/** Changes of budgets: what waits for a person, what was written and may be taken back, and the stop of all of it. */
import type { ReactElement } from 'react';
import type { MoneyView, PlannedChange } from '../../operations/money/view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { useActor } from '../data/use-me.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Panel } from '../parts/panel.tsx';
import { Problem } from '../parts/problem.tsx';
import { SignedBy } from '../parts/signed-by.tsx';
import { KillSwitch } from './kill-switch.tsx';
import { Applied, Underway, Waiting } from './changes.tsx';
import { Planned } from './planned.tsx';

const every_ms = 5_000;
/** Plans are of the hour, and asked of the analytics. */
const planned_every_ms = 30_000;

export function Budgets(): ReactElement {
  const { operations } = useEngine();
  const actor = useActor();
  const answer = useAnswer('money', () => operations.money({}), every_ms);
  // Asked for by itself: who wants to stop all changes need not wait for the analytics.
  const planned = useAnswer('planned changes', () => operations.planned_changes({}), planned_every_ms);
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Budgets</h1>
          <p className="about">
            Changes of budgets by account. In a dry run they are planned and told, and nothing is written to a platform.
          </p>
        </div>
        <SignedBy actor={actor} />
      </div>
      <Answered answer={answer} what="budgets">
        {(accounts) => (
          <>
            <KillSwitch accounts={accounts} actor={actor} done={answer.again} />
            {accounts.length === 0 && (
              <Empty title="No budget was to be changed yet">
                Changes are planned when a winner is announced or an ad tires, within the limits of the policy.
              </Empty>
            )}
            {planned.error !== null && <Problem error={planned.error} again={planned.again} />}
            {accounts.map((view) => (
              <Account
                key={view.account_id}
                view={view}
                planned={planned.data?.filter(({ account_id }) => account_id === view.account_id)}
                actor={actor}
                done={answer.again}
              />
            ))}
          </>
        )}
      </Answered>
    </>
  );
}

const modes = {
  dry_run: { words: 'Dry run', tone: 'quiet', meaning: 'Changes are planned and told; nothing is written.' },
  approve: { words: 'Each is approved', tone: 'info', meaning: 'A person approves each change.' },
  auto: { words: 'Automatic', tone: 'warn', meaning: 'Changes within all limits are written by themselves.' },
} as const;

export interface ActingProps {
  readonly view: MoneyView;
  readonly actor: string;
  readonly done: () => void;
}

interface AccountProps extends ActingProps {
  /** Undefined while it is not known. */
  readonly planned: readonly PlannedChange[] | undefined;
}

function Account({ view, planned, actor, done }: AccountProps): ReactElement {
  const stop = view.killed ?? view.halted;
  return (
    <Panel
      title={view.account_id}
      about={stop === null ? undefined : `Stopped by ${stop.actor}: ${stop.reason}`}
      aside={
        <span className="panel-tools">
          {stop === null ? <Chip {...modes[view.mode]} /> : <Chip tone="bad" words="Stopped" meaning={stop.reason} />}
          <Export table="budget_change_progressed" account_id={view.account_id} />
        </span>
      }
    >
      {view.mode === 'dry_run' && view.waiting.length === 0 ? (
        <Planned account_id={view.account_id} planned={planned} />
      ) : (
        <Waiting view={view} actor={actor} done={done} />
      )}
      <Underway view={view} actor={actor} done={done} />
      <Applied view={view} actor={actor} done={done} />
    </Panel>
  );
}
