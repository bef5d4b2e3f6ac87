/** What goes with more clicks in an account, what a new text scores by that, and what came of ads that were changed so. */
import type { ReactElement } from 'react';
import type { LearningView } from '../../operations/predictions/learning-view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { counted } from '../format/numbers.ts';
import { AccountChoice } from '../parts/account-choice.tsx';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Applications } from './applications.tsx';
import { Score } from './score.tsx';
import { Traits } from './traits.tsx';

const every_ms = 10_000;

export function Creatives({ query }: { readonly query: Readonly<Record<string, string>> }): ReactElement {
  const { operations } = useEngine();
  const asked = query['account'] ?? '';
  const answer = useAnswer(
    `creatives ${asked}`,
    () => operations.learning(asked === '' ? {} : { account_id: asked }),
    every_ms,
  );
  return (
    <Answered answer={answer} what="what the account’s experiments say">
      {(view) => <View view={view} />}
    </Answered>
  );
}

function View({ view: { account_id, accounts, traits } }: { readonly view: LearningView }): ReactElement {
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Creatives</h1>
          <p className="about">
            What the ads of an account are made of, and what of it goes with more clicks inside its experiments.
          </p>
        </div>
        {account_id !== null && (
          <AccountChoice
            accounts={accounts.map(({ account_id: id, made }) => ({
              account_id: id,
              words: counted(made, 'prediction'),
            }))}
            chosen={account_id}
            view="creatives"
          />
        )}
      </div>
      {account_id === null ? (
        <Empty title="No account has an ad yet">
          An ad’s words are read when it is created. Start a source, or publish <code>ad.created</code>.
        </Empty>
      ) : (
        <>
          <Score key={account_id} account_id={account_id} />
          <Traits account_id={account_id} traits={traits} />
          <Panel
            title="Changed ads"
            about="Ads that say what they were made from: what was expected of the change, and what came. Losers as winners."
          >
            <Applications account_id={account_id} />
          </Panel>
        </>
      )}
    </>
  );
}
