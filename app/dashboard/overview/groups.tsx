/** Whether every group keeps up: state, lag, rate. */
import type { ReactElement } from 'react';
import type { Status } from '../../operations/operations.ts';
import { count, perSecond } from '../format/numbers.ts';
import { GroupStanding, LastEvent, type Group } from '../parts/group-cells.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';

const columns = [
  { head: 'Group' },
  { head: 'State' },
  { head: 'Lag', numeric: true, title: 'Records appended and not handled yet' },
  { head: 'Events/s', numeric: true, title: 'Events handled per second, over the last ten seconds' },
  { head: 'Handled', numeric: true, title: 'Events handled since the process began' },
  { head: 'Emitted', numeric: true, title: 'Events made since the process began' },
  { head: 'Dead letters', numeric: true, title: 'Records it refused since the process began' },
  { head: 'Last event', numeric: true, title: "By the source's clock" },
];

export function Groups({ status }: { readonly status: Status }): ReactElement {
  return (
    <Panel title="Groups" about="Consumer groups: each reads topics and decides on its own.">
      <Table label="Health of the groups" columns={columns}>
        {status.groups.map((group) => (
          <Row key={group.group} group={group} now_ms={status.source.clock_ms ?? status.now_ms} />
        ))}
      </Table>
    </Panel>
  );
}

function Row({ group, now_ms }: { readonly group: Group; readonly now_ms: number }): ReactElement {
  return (
    <tr className="linked">
      <GroupStanding group={group} />
      <td className="num">{count(group.lag)}</td>
      <td className="num">{perSecond(group.events_per_s)}</td>
      <td className="num">{count(group.events_total)}</td>
      <td className="num">{count(group.emitted_total)}</td>
      <td className={`num ${group.dead_letters_total > 0 ? 'tone-bad' : ''}`}>{count(group.dead_letters_total)}</td>
      <LastEvent group={group} now_ms={now_ms} />
    </tr>
  );
}
