/** The whole page. */
import type { ReactElement } from 'react';

export function App(): ReactElement {
  return <h1>Flywheel</h1>;
}
