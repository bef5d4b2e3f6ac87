/** A failure: what happened, what to do, and its code for looking it up. */
import type { ReactElement } from 'react';
import { failureOf } from '../format/failure.ts';

export function Problem({ error, again }: { readonly error: unknown; readonly again?: () => void }): ReactElement {
  const { code, what, remedy } = failureOf(error);
  return (
    <div className="problem" role="alert">
      <p className="problem-what">{what}</p>
      <p>{remedy}</p>
      <p className="problem-foot">
        <code>{code}</code>
        {again !== undefined && (
          <button type="button" onClick={again}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}
