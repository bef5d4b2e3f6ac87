/** A view of one account: its head with the choice of accounts, and what is shown of the chosen one. */
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import type { Operations } from '../../operations/operations.ts';
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
  /** What its accounts are told apart by; the one with most of it is shown where the address names none. */
  readonly by: keyof typeof accountsBy;
  /** The account that the address names. */
  readonly chosen: string | undefined;
  readonly children: (account_id: string) => ReactNode;
  /** Below it, and below the word that there is no account yet. */
  readonly below?: ReactNode;
}

const every_ms = 30_000;

type Accounts = ComponentProps<typeof AccountChoice>['accounts'];

/** Accounts, those with most first. */
const accountsBy = {
  predictions: async (operations: Operations): Promise<Accounts> =>
    (await operations.learning({})).accounts.map(({ account_id, made }) => ({
      account_id,
      words: counted(made, 'prediction'),
    })),
  winners: async (operations: Operations): Promise<Accounts> =>
    (await operations.memory({ limit: 1 })).accounts.map(({ account_id, winners }) => ({
      account_id,
      words: counted(winners, 'winner'),
    })),
} as const;

export function OfAccount({ view, title, about, by, chosen, children, below }: Props): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(`accounts by ${by}`, () => accountsBy[by](operations), every_ms);
  return (
    <Answered answer={answer} what="accounts">
      {(accounts) => {
        const account_id = chosen ?? accounts[0]?.account_id ?? null;
        return (
          <>
            <div className="view-head">
              <div>
                <h1>{title}</h1>
                <p className="about">{about}</p>
              </div>
              {account_id !== null && <AccountChoice accounts={accounts} chosen={account_id} view={view} />}
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
