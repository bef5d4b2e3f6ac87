/** In whose name is done what a view offers; nothing while that is not known. */
import type { ReactElement } from 'react';

export function SignedBy({ actor }: { readonly actor: string }): ReactElement | null {
  if (actor === '') return null;
  return (
    <p className="quiet">
      Signed by <strong>{actor}</strong>
    </p>
  );
}
