/** Nothing to show, why, and what to do next. */
import type { ReactElement, ReactNode } from 'react';

export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      <div className="empty-next">{children}</div>
    </div>
  );
}

/** While the first answer is under way. */
export function Loading({ what }: { readonly what: string }): ReactElement {
  return (
    <p className="loading" role="status">
      Loading {what} …
    </p>
  );
}
