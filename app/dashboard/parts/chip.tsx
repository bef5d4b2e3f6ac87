/** A short label whose colour means something: its dot repeats the tone, its title says the meaning. */
import type { ReactElement } from 'react';
import type { Tone } from '../format/evidence.ts';

interface Props {
  readonly tone: Tone;
  readonly words: string;
  readonly meaning?: string | undefined;
}

export function Chip({ tone, words, meaning }: Props): ReactElement {
  return (
    <span className={`chip tone-${tone}`} title={meaning}>
      {words}
    </span>
  );
}
