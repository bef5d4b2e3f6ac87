/** A value as indented JSON, folded until someone wants it. */
import type { ReactElement } from 'react';

export function Json({ title, value }: { readonly title: string; readonly value: unknown }): ReactElement {
  return (
    <details className="json">
      <summary>{title}</summary>
      <pre tabIndex={0} aria-label={title}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}
