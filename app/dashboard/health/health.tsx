/** Whether all of it keeps up: what somebody should look at, groups with own and inherited lag, topics, times of steps. */
import type { ReactElement } from 'react';
import { Advised } from './advised.tsx';
import { Groups } from './groups.tsx';
import { Steps } from './steps.tsx';
import { Topics } from './topics.tsx';

export function Health(): ReactElement {
  return (
    <>
      <h1 className="sr-only">Health</h1>
      <Advised />
      <Groups />
      <Steps />
      <Topics />
    </>
  );
}
