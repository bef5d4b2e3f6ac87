/** The raw events behind a decision, newest first, a table for each topic. */
import type { ReactElement } from 'react';
import type { EventView } from '../../operations/operations.ts';
import { count, counted } from '../format/numbers.ts';
import { Empty } from '../parts/empty.tsx';
import { Grid } from '../parts/grid.tsx';
import { Panel } from '../parts/panel.tsx';

/** An ad names its campaign and ad set, a window's start its end; both stand in the event itself. */
const left_out = new Set(['account_id', 'campaign_id', 'adset_id', 'window_end_ms']);

interface Props {
  readonly inputs: readonly EventView[];
  readonly total: number;
}

export function Inputs({ inputs, total }: Props): ReactElement {
  const topics = [...new Set(inputs.map(({ topic }) => topic))];
  const all = counted(total, 'event');
  const parts = topics.map((topic) => `${count(inputs.filter((event) => event.topic === topic).length)} ${topic}`);
  const of = parts.length > 1 ? `: ${parts.join(', ')}` : '';
  return (
    <Panel
      title="Raw events behind it"
      about={
        inputs.length < total ? `The newest ${count(inputs.length)} of ${all}${of}.` : `${all}, newest first${of}.`
      }
    >
      {inputs.length === 0 && (
        <Empty title="No raw event is kept">They have passed the retention of their topics.</Empty>
      )}
      {topics.map((topic) => (
        <OfTopic key={topic} topic={topic} events={inputs.filter((event) => event.topic === topic)} />
      ))}
    </Panel>
  );
}

function OfTopic({ topic, events }: { readonly topic: string; readonly events: readonly EventView[] }): ReactElement {
  return (
    <div className="of-topic">
      <h3>{topic}</h3>
      <Grid
        label={`Raw events of ${topic}`}
        values={events.map(({ value, error }) => value ?? { error: error ?? 'cannot be read' })}
        left_out={left_out}
        called={topic}
        lead={{
          head: 'partition : offset',
          cell: (row) => `${events[row]?.partition ?? ''} : ${count(events[row]?.offset ?? 0)}`,
        }}
      />
    </div>
  );
}
