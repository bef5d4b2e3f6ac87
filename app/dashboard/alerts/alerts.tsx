/** Alerts: what is open and who looks after it, what was and why it ended, and messages that nobody took. */
import { useEffect, type ReactElement } from 'react';
import type { AlertsReport } from '../../operations/alerts/view.ts';
import { useEngine, useLive } from '../data/engine.tsx';
import { useActor } from '../data/use-me.ts';
import { useAnswer } from '../data/use-answer.ts';
import { counted } from '../format/numbers.ts';
import { AccountChoice } from '../parts/account-choice.tsx';
import { Answered } from '../parts/answered.tsx';
import { Command } from '../parts/command.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { SignedBy } from '../parts/signed-by.tsx';
import { Export } from '../parts/export.tsx';
import { Open } from './open.tsx';
import { Past } from './past.tsx';
import { Untaken } from './untaken.tsx';

const every_ms = 10_000;
const all = 'all accounts';

export function Alerts({ query }: { readonly query: Readonly<Record<string, string>> }): ReactElement {
  const { operations } = useEngine();
  const { alerts_total } = useLive();
  const actor = useActor();
  const account = query['account'];
  const asked = account === undefined || account === '' ? {} : { account_id: account };
  const answer = useAnswer(`alerts ${account ?? ''}`, () => operations.alerts(asked), every_ms);
  const { again } = answer;
  // What is pushed is asked for at once.
  useEffect(() => {
    if (alerts_total > 0) again();
  }, [alerts_total, again]);
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Alerts</h1>
          <p className="about">
            What rules of the policy found. A number is an alarm only where even its 95 % interval is beyond the
            threshold.
          </p>
        </div>
        <SignedBy actor={actor} />
        <Accounts chosen={account ?? ''} />
      </div>
      <Answered answer={answer} what="alerts">
        {(found) => <Found found={found} asked={asked} actor={actor} done={again} />}
      </Answered>
    </>
  );
}

function Accounts({ chosen }: { readonly chosen: string }): ReactElement | null {
  const { operations } = useEngine();
  const { data } = useAnswer('accounts of alerts', () => operations.alerts({ limit: 1 }), every_ms);
  if (data === undefined || data.accounts.length === 0) return null;
  const accounts = data.accounts.map(({ account_id, open }) => ({ account_id, words: `${open} open` }));
  return <AccountChoice view="alerts" chosen={chosen} accounts={[{ account_id: '', words: all }, ...accounts]} />;
}

interface FoundProps {
  readonly found: AlertsReport;
  readonly asked: { readonly account_id?: string };
  readonly actor: string;
  readonly done: () => void;
}

function Found({ found, asked, actor, done }: FoundProps): ReactElement {
  const { open, past, untaken, waiting } = found;
  const later = waiting === 0 ? undefined : `${counted(waiting, 'thing')} will be told with the next message.`;
  return (
    <>
      <Panel title="Open" about={later} aside={<Export table="alert_raised" {...asked} />}>
        <Open alerts={open} actor={actor} done={done} />
      </Panel>
      {untaken.length > 0 && (
        <Panel
          title="Messages that were not taken"
          about="A channel refused them, or does not answer."
          aside={<Export table="notification_settled" {...asked} />}
        >
          <Untaken messages={untaken} actor={actor} done={done} />
        </Panel>
      )}
      <Panel
        title="Over"
        about="The newest first, with the reason."
        aside={<Export table="alert_resolved" {...asked} />}
      >
        {past.length === 0 ? (
          <Empty title="No alert is over yet">
            To see whether messages arrive, send a test: <Command line="flywheel alerts test" />
          </Empty>
        ) : (
          <Past alerts={past} />
        )}
      </Panel>
    </>
  );
}
