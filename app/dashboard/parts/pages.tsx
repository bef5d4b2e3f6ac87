/** Which rows of a list are shown, and the way to those before and after. */
import type { ReactElement } from 'react';
import { count } from '../format/numbers.ts';

interface Props {
  /** Rows before this page, and rows on it. */
  readonly from: number;
  readonly shown: number;
  /** All rows, where that is known. */
  readonly total?: number;
  readonly previous: string | null;
  readonly next: string | null;
}

/** Nothing where everything is on one page and nobody counted. */
export function Pages({ from, shown, total, previous, next }: Props): ReactElement | null {
  if (total === undefined && previous === null && next === null) return null;
  return (
    <nav className="pages" aria-label="Pages">
      <span className="quiet">
        {shown > 0 && `${count(from + 1)}–${count(from + shown)}`}
        {total !== undefined && ` of ${count(total)}`}
      </span>
      <PageLink words="Previous" href={previous} />
      <PageLink words="Next" href={next} />
    </nav>
  );
}

function PageLink({ words, href }: { readonly words: string; readonly href: string | null }): ReactElement {
  return href === null ? <span aria-disabled="true">{words}</span> : <a href={href}>{words}</a>;
}
