/** Whether every group keeps up: state, lag, rate. */
import type { ReactElement } from 'react';
import type { Status } from '../../operations/operations.ts';
import { count, perSecond } from '../format/numbers.ts';
import { ago, utcTime } from '../format/time.ts';
import { groupStanding } from '../format/group.ts';
import { Chip } from '../parts/chip.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';

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

type Group = Status['groups'][number];

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
  const { words, tone, meaning } = groupStanding(group);
  return (
    <tr className="linked">
      <th scope="row">
        <a href={hrefTo('topology', [group.group])}>{group.group}</a>
      </th>
      <td>
        <Chip tone={tone} words={words} meaning={meaning} />
        {group.reason !== null && <span className="reason"> {group.reason}</span>}
      </td>
      <td className="num">{count(group.lag)}</td>
      <td className="num">{perSecond(group.events_per_s)}</td>
      <td className="num">{count(group.events_total)}</td>
      <td className="num">{count(group.emitted_total)}</td>
      <td className={`num ${group.dead_letters_total > 0 ? 'tone-bad' : ''}`}>{count(group.dead_letters_total)}</td>
      <td className="num quiet">
        {group.last_event_ms === null ? (
          'none yet'
        ) : (
          <span title={utcTime(group.last_event_ms)}>{ago(group.last_event_ms, now_ms)}</span>
        )}
      </td>
    </tr>
  );
}
