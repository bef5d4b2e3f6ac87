/** Which account a view is of: an address of its own each. */
import type { ReactElement } from 'react';
import { hrefTo, type ViewName } from '../shell/route.ts';

interface Props {
  readonly accounts: readonly { readonly account_id: string; readonly words: string }[];
  readonly chosen: string | null;
  readonly view: ViewName;
  /** What else the address keeps. */
  readonly query?: Readonly<Record<string, string>>;
}

export function AccountChoice({ accounts, chosen, view, query = {} }: Props): ReactElement {
  return (
    <label className="account-choice">
      Account{' '}
      <select
        value={chosen ?? ''}
        onChange={({ target }) => (window.location.hash = hrefTo(view, [], { ...query, account: target.value }))}
      >
        {accounts.map(({ account_id, words }) => (
          <option key={account_id} value={account_id}>
            {account_id === '' ? words : `${account_id} · ${words}`}
          </option>
        ))}
      </select>
    </label>
  );
}
