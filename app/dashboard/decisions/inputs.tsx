/** The raw events behind a decision, newest first. */
import type { ReactElement } from 'react';
import type { EventView } from '../../operations/operations.ts';
import { count, counted } from '../format/numbers.ts';
import { figure } from '../format/figure.ts';
import { zoneName } from '../format/time.ts';
import { Empty } from '../parts/empty.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';

/** Fields that every row of one decision shares, or that are told apart elsewhere. */
const left_out = new Set(['account_id', 'reason', 'policy_version']);

interface Props {
  readonly inputs: readonly EventView[];
  readonly total: number;
}

export function Inputs({ inputs, total }: Props): ReactElement {
  const about =
    inputs.length < total
      ? `The newest ${count(inputs.length)} of ${counted(total, 'event')}.`
      : counted(total, 'event');
  return (
    <Panel title="Raw events behind it" about={about}>
      {inputs.length === 0 ? (
        <Empty title="No raw event is kept">They have passed the retention of their topics.</Empty>
      ) : (
        <Table
          label="Raw events"
          columns={[
            { head: 'Topic' },
            { head: 'Partition', numeric: true },
            { head: 'Offset', numeric: true },
            { head: `Appended (${zoneName(inputs[0]?.appended_ms ?? 0)})` },
            { head: 'Value' },
          ]}
          className="inputs"
        >
          {inputs.map((event) => (
            <tr key={`${event.topic} ${event.partition} ${event.offset}`}>
              <td>{event.topic}</td>
              <td className="num">{event.partition}</td>
              <td className="num">{count(event.offset)}</td>
              <td className="when">
                <Moment at_ms={event.appended_ms} zone={false} />
              </td>
              <td>
                <Value event={event} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

/** The scalar fields in a line; all of them in full under the pointer. */
function Value({ event }: { readonly event: EventView }): ReactElement {
  if (event.value === null) return <span className="tone-bad">{event.error ?? 'cannot be read'}</span>;
  const fields = Object.entries(event.value).flatMap(([name, value]) =>
    left_out.has(name) || (typeof value !== 'number' && typeof value !== 'string') || name.endsWith('_ms')
      ? []
      : [{ name, words: figure(name, value) }],
  );
  return (
    <span className="fields" title={JSON.stringify(event.value, null, 2)}>
      {fields.map(({ name, words }) => (
        <span key={name}>
          <span className="quiet">{name.replaceAll('_', ' ')}</span> {words}
        </span>
      ))}
    </span>
  );
}
