/** Is it learning: how good predictions are, whether they get better, and what they rest on; one account at a time. */
import type { ReactElement } from 'react';
import type { LearningView } from '../../operations/predictions/learning-view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { counted } from '../format/numbers.ts';
import { AccountChoice } from '../parts/account-choice.tsx';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Accuracy } from './accuracy.tsx';
import { Calibration } from './calibration.tsx';
import { Cycle } from './cycle.tsx';
import { Improvement } from './improvement.tsx';
import { Models } from './models.tsx';
import { Predictions } from './predictions.tsx';
import { Weights } from './weights.tsx';

const every_ms = 10_000;

export function Learning({ query }: { readonly query: Readonly<Record<string, string>> }): ReactElement {
  const { operations } = useEngine();
  const asked = query['account'] ?? '';
  const answer = useAnswer(
    `learning ${asked}`,
    () => operations.learning(asked === '' ? {} : { account_id: asked }),
    every_ms,
  );
  return (
    <Answered answer={answer} what="predictions">
      {(view) => <View view={view} />}
    </Answered>
  );
}

function View({ view }: { readonly view: LearningView }): ReactElement {
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Learning</h1>
          <p className="about">
            Every ad’s click rate is predicted before it is shown, and again a day and three days later; what came of it
            moves the next prediction.
          </p>
        </div>
        {view.account_id !== null && <Accounts view={view} />}
      </div>
      {view.account_id === null ? (
        <Empty title="Nothing predicted yet">
          An ad is predicted when it is created. Start a source, or publish <code>ad.created</code>.
        </Empty>
      ) : (
        <Account key={view.account_id} account_id={view.account_id} view={view} />
      )}
    </>
  );
}

function Accounts({ view }: { readonly view: LearningView }): ReactElement {
  const accounts = view.accounts.map(({ account_id, made, matured }) => ({
    account_id,
    words: `${counted(made, 'prediction')}, ${matured} matured`,
  }));
  return <AccountChoice accounts={accounts} chosen={view.account_id} view="learning" />;
}

function Account({ account_id, view }: { readonly account_id: string; readonly view: LearningView }): ReactElement {
  const matured = view.accounts.find((one) => one.account_id === account_id)?.matured ?? 0;
  return (
    <>
      <Improvement account_id={account_id} improvement={view.improvement} />
      <Accuracy account_id={account_id} accuracy={view.accuracy} />
      <Models account_id={account_id} matured={matured} />
      <Cycle account_id={account_id} />
      <div className="pair">
        <Calibration bins={view.calibration} />
        <Weights account_id={account_id} points={view.weights} />
      </div>
      <Predictions account_id={account_id} predictions={view.predictions} />
    </>
  );
}
