/** Dead letters: the list, or the report of one. */
import type { ReactElement } from 'react';
import type { Route } from '../shell/route.ts';
import { DeadLetter } from './dead-letter.tsx';
import { DeadLetterList } from './list.tsx';

export function DeadLetters({ route }: { readonly route: Route }): ReactElement {
  const [id] = route.rest;
  return id === undefined ? <DeadLetterList /> : <DeadLetter id={id} />;
}
