/** A fact in a list of facts: its name above it. */
import type { ReactElement, ReactNode } from 'react';

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
