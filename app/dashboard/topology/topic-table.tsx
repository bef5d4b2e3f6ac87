/** All topics as a table: the graph for those who read, and the figures side by side. */
import type { ReactElement } from 'react';
import type { Status, TopologyView } from '../../operations/operations.ts';
import { once } from '../format/copies.ts';
import { count, perSecond } from '../format/numbers.ts';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';

const columns = [
  { head: 'Topic' },
  { head: 'What it says', className: 'wide-only' },
  { head: 'Key', className: 'wide-only' },
  { head: 'Records/s', numeric: true, title: 'Appended per second, over the last ten seconds' },
  { head: 'Kept', numeric: true, title: 'Records in the log; one of which every partition has a copy counts once' },
];

export function TopicTable({
  topology,
  status,
}: {
  readonly topology: TopologyView;
  readonly status: Status | null;
}): ReactElement {
  return (
    <Panel title="Topics">
      <Table label="Topics" columns={columns}>
        {topology.topics.map(({ name, description, partition_key }) => {
          const now = status?.topics.find(({ topic }) => topic === name);
          return (
            <tr key={name} className="linked">
              <th scope="row">
                <a href={hrefTo('topology', [name])}>{name}</a>
              </th>
              <td className="wide-only">{description}</td>
              <td className="wide-only quiet">{partition_key ?? 'none'}</td>
              <td className="num">{now === undefined ? '–' : perSecond(once(now).records_per_s)}</td>
              <td className="num">{now === undefined ? '–' : count(once(now).records)}</td>
            </tr>
          );
        })}
      </Table>
    </Panel>
  );
}
