/** A view of one account: its head with the choice of accounts, and what is shown of the chosen one. */
import type { ReactElement, ReactNode } from 'react';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { counted } from '../format/numbers.ts';
import type { ViewName } from '../shell/route.ts';
import { AccountChoice } from './account-choice.tsx';
import { Answered } from './answered.tsx';
import { Empty } from './empty.tsx';

interface Props {
  readonly view: ViewName;
  readonly title: string;
  readonly about: string;
  /** The account that the address names. */
  readonly chosen: string | undefined;
  readonly children: (account_id: string) => ReactNode;
  /** Below it, and below the word that there is no account yet. */
  readonly below?: ReactNode;
}

const every_ms = 30_000;

export function OfAccount({ view, title, about, chosen, children, below }: Props): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer('accounts', () => operations.learning({}), every_ms);
  return (
    <Answered answer={answer} what="accounts">
      {({ accounts, account_id: first }) => {
        const account_id = chosen ?? first;
        return (
          <>
            <div className="view-head">
              <div>
                <h1>{title}</h1>
                <p className="about">{about}</p>
              </div>
              {account_id !== null && (
                <AccountChoice
                  accounts={accounts.map((one) => ({
                    account_id: one.account_id,
                    words: counted(one.made, 'prediction'),
                  }))}
                  chosen={account_id}
                  view={view}
                />
              )}
            </div>
            {account_id === null ? (
              <Empty title="No account yet">
                One appears with its first <code>ad.created</code>. Start a source, or publish it.
              </Empty>
            ) : (
              children(account_id)
            )}
            {below}
          </>
        );
      }}
    </Answered>
  );
}
