/** The topology: which group reads and emits which topic, with what goes through it now. */
import { useMemo, type ReactElement } from 'react';
import type { TopologyView } from '../../operations/operations.ts';
import { useEngine, useLive } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Choice } from '../parts/choice.tsx';
import { Panel } from '../parts/panel.tsx';
import { hrefTo, type Route } from '../shell/route.ts';
import { Apart } from './apart.tsx';
import { Details } from './details.tsx';
import { Drawing } from './drawing.tsx';
import { around, graphOf, isLarge, loopsOf } from './graph.ts';
import { TopicTable } from './topic-table.tsx';

export function Topology({ route }: { readonly route: Route }): ReactElement {
  const { operations } = useEngine();
  // Wirings are fixed while the process runs.
  const answer = useAnswer('topology', () => operations.topology(), 'once');
  return (
    <>
      <h1 className="sr-only">Topology</h1>
      <Answered answer={answer} what="the topology">
        {(topology) => (
          <Whole topology={topology} chosen={route.rest[0] ?? null} everything={route.query['draw'] === 'everything'} />
        )}
      </Answered>
    </>
  );
}

interface Props {
  readonly topology: TopologyView;
  readonly chosen: string | null;
  /** Every group and topic in one drawing, however broad. */
  readonly everything: boolean;
}

function Whole({ topology, chosen, everything }: Props): ReactElement {
  const { status } = useLive();
  const whole = useMemo(() => graphOf(topology), [topology]);
  const large = isLarge(whole);
  const { graph, about } = useMemo(() => {
    const near = chosen === null || !large ? null : around(whole, chosen);
    if (near !== null) return { graph: near, about: `${chosen} and what it touches.` };
    if (!large || everything)
      return { graph: whole, about: 'Topics hold events; groups read them, decide, and emit others.' };
    return {
      graph: loopsOf(topology, whole),
      about: 'Loops of groups and the events between them. Choose one to see its groups and topics.',
    };
  }, [topology, whole, large, chosen, everything]);
  return (
    <>
      <Panel
        title="Topology"
        about={about}
        aside={large && <Draw chosen={chosen === null ? (everything ? 'everything' : 'loops') : null} />}
      >
        <Drawing graph={graph} status={status} chosen={chosen} />
        {chosen === null && <Apart graph={graph} topology={topology} status={status} chosen={chosen} />}
      </Panel>
      {chosen !== null && <Details topology={topology} status={status} chosen={chosen} />}
      <TopicTable topology={topology} status={status} />
    </>
  );
}

const drawings = [
  { value: 'loops', words: 'Loops', title: 'Each loop as one box' },
  { value: 'everything', words: 'Everything', title: 'All groups and topics; the drawing scrolls sideways' },
];

function Draw({ chosen }: { readonly chosen: string | null }): ReactElement {
  return (
    <Choice
      label="What is drawn"
      options={drawings}
      chosen={chosen}
      onChoose={(value) => {
        window.location.hash = hrefTo('topology', [], { draw: value === 'loops' ? null : value });
      }}
    />
  );
}
