/** The first view: what it came to, what was decided last, whether all groups keep up. */
import type { ReactElement } from 'react';
import { useLive } from '../data/engine.tsx';
import { Loading } from '../parts/empty.tsx';
import { Groups } from './groups.tsx';
import { LatestDecisions } from './latest-decisions.tsx';
import { Tiles } from './tiles.tsx';

export function Overview(): ReactElement {
  const { status } = useLive();
  if (status === null) return <Loading what="the overview" />;
  return (
    <>
      <h1 className="sr-only">Overview</h1>
      <Tiles status={status} />
      <LatestDecisions />
      <Groups status={status} />
    </>
  );
}
