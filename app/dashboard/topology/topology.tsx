/** The topology: which group reads and emits which topic, with what goes through it now. */
import { useMemo, type ReactElement } from 'react';
import type { TopologyView } from '../../operations/operations.ts';
import { useEngine, useLive } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Panel } from '../parts/panel.tsx';
import type { Route } from '../shell/route.ts';
import { Apart } from './apart.tsx';
import { Details } from './details.tsx';
import { Drawing } from './drawing.tsx';
import { graphOf } from './graph.ts';
import { TopicTable } from './topic-table.tsx';

export function Topology({ route }: { readonly route: Route }): ReactElement {
  const { operations } = useEngine();
  // Wirings are fixed while the process runs.
  const answer = useAnswer('topology', () => operations.topology(), null);
  return (
    <>
      <h1 className="sr-only">Topology</h1>
      <Answered answer={answer} what="the topology">
        {(topology) => <Whole topology={topology} chosen={route.rest[0] ?? null} />}
      </Answered>
    </>
  );
}

function Whole({
  topology,
  chosen,
}: {
  readonly topology: TopologyView;
  readonly chosen: string | null;
}): ReactElement {
  const { status } = useLive();
  const graph = useMemo(() => graphOf(topology), [topology]);
  return (
    <>
      <Panel title="Topology" about="Topics hold events; groups read them, decide, and emit others.">
        <Drawing graph={graph} status={status} chosen={chosen} />
        <Apart graph={graph} topology={topology} status={status} chosen={chosen} />
      </Panel>
      {chosen !== null && <Details topology={topology} status={status} chosen={chosen} />}
      <TopicTable topology={topology} status={status} />
    </>
  );
}
