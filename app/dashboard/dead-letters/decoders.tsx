/** What each decoder said of a dead letter's bytes. */
import type { ReactElement } from 'react';
import type { DeadLetterDetail } from '../../operations/operations.ts';
import { visible } from '../format/refusal.ts';
import { Chip } from '../parts/chip.tsx';

export function Decoders({ letter }: { readonly letter: DeadLetterDetail }): ReactElement {
  return (
    <ul className="decoders">
      {letter.decoders.map(({ decoder, ok, said, value }) => (
        <li key={decoder}>
          <div className="decoder-head">
            <Chip tone={ok ? 'good' : 'bad'} words={ok ? 'Reads' : 'Refuses'} />
            <strong>{decoder}</strong>
            <span>{visible(said)}</span>
          </div>
          {value !== null && value !== undefined && (
            <pre tabIndex={0} aria-label={`Value as ${decoder}`}>
              {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
            </pre>
          )}
        </li>
      ))}
    </ul>
  );
}
