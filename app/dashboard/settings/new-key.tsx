/** The form of a new key. */
import { useState, type FormEvent, type ReactElement } from 'react';
import type { NewKeyRequest } from '../../operations/running/keys.ts';
import { Problem } from '../parts/problem.tsx';

export type Wanted = NewKeyRequest;

const usual_days = '90';

/** What the form says; accounts stand with commas between, none means all. */
function wantedOf(form: FormData): Wanted {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const role = text('role');
  const accounts = text('accounts').split(',').map((one) => one.trim()).filter((one) => one !== ''); // prettier-ignore
  const days = text('days');
  return {
    name: text('name'),
    role: role === 'admin' || role === 'operator' ? role : 'viewer',
    days: days === '' ? null : Number(days),
    ...(accounts.length > 0 && { accounts }),
  };
}

export function NewKey({ make }: { readonly make: (wanted: Wanted) => Promise<string> }): ReactElement {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    try {
      await make(wantedOf(new FormData(form)));
      setError(null);
      form.reset();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="new-key" onSubmit={(event) => void send(event)}>
      {error !== null && <Problem error={error} />}
      <Fields />
      <button type="submit" className="primary" disabled={busy}>
        {busy ? 'Making …' : 'Make a key'}
      </button>
    </form>
  );
}

const Fields = (): ReactElement => (
  <>
    <label className="field">
      Name
      <input type="text" name="name" required maxLength={128} />
    </label>
    <label className="field">
      May
      <select name="role" defaultValue="viewer">
        <option value="viewer">viewer: read</option>
        <option value="operator">operator: change</option>
        <option value="admin">admin: keys and SQL</option>
      </select>
    </label>
    <label className="field">
      Accounts
      <input type="text" name="accounts" placeholder="all" />
    </label>
    <label className="field">
      Days
      <input type="number" name="days" min={1} max={3650} defaultValue={usual_days} placeholder="no end" />
    </label>
  </>
);
