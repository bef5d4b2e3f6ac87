/** A link that saves a whole table as CSV, which is streamed by the engine. */
import type { ReactElement } from 'react';

/** @param table a topic with underscores for its dots */
export function Export({ table, account_id }: { readonly table: string; readonly account_id?: string }): ReactElement {
  const query = account_id === undefined ? '' : `?${new URLSearchParams({ account_id }).toString()}`;
  return (
    <a className="button" href={`/api/export/${table}.csv${query}`} download>
      Save as CSV
    </a>
  );
}
