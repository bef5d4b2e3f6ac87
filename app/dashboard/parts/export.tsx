/** A link that saves a whole table as CSV, which is streamed by the engine. It stands in the head of what it is of. */
import type { ReactElement } from 'react';

interface Props {
  /** A topic with underscores for its dots. */
  readonly table: string;
  /** Rows of this account alone. */
  readonly account_id?: string;
  /** What is saved, where the title beside it says something else. */
  readonly what?: string;
}

export function Export({ table, account_id, what }: Props): ReactElement {
  const query = account_id === undefined ? '' : `?${new URLSearchParams({ account_id }).toString()}`;
  const whole = account_id === undefined ? 'of all accounts' : `of ${account_id}`;
  const words = what === undefined ? 'Save as CSV' : `Save ${what} as CSV`;
  return (
    <a
      className="export"
      href={`/api/export/${table}.csv${query}`}
      download
      aria-label={`${words}: ${table}`}
      title={`Every ${table.replaceAll('_', '.')} ${whole}, in the order of the log`}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10" />
      </svg>
      {words}
    </a>
  );
}
