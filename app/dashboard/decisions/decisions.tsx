/** To come. */
import type { ReactElement } from 'react';
import type { Route } from '../shell/route.ts';

export function Decisions({ route }: { readonly route: Route }): ReactElement {
  return <h1>{route.view}</h1>;
}
