/** A long list, shortened: its first rows, and a button that shows all. */
import { useState, type ReactElement } from 'react';
import { count } from '../format/numbers.ts';

interface First<T> {
  readonly shown: readonly T[];
  /** Null where nothing is left out. */
  readonly more: ReactElement | null;
}

/** @param called what the rows are, for the button: "Show all 60 alerts" */
export function useFirst<T>(rows: readonly T[], at_first: number, called?: string): First<T> {
  const [all, setAll] = useState(false);
  if (all || rows.length <= at_first) return { shown: rows, more: null };
  const more = (
    <p className="more">
      <button type="button" onClick={() => setAll(true)}>
        Show all {count(rows.length)}
        {called !== undefined && ` ${called}`}
      </button>
    </p>
  );
  return { shown: rows.slice(0, at_first), more };
}
