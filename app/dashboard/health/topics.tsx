/** Topics by how busy they are now. */
import type { ReactElement } from 'react';
import { useLive } from '../data/engine.tsx';
import { once } from '../format/copies.ts';
import { count, perSecond } from '../format/numbers.ts';
import { Empty, Loading } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';

const most_rows = 12;

const columns = [
  { head: 'Topic' },
  { head: 'Records/s', numeric: true, title: 'Appended per second, over the last ten seconds' },
  { head: 'Kept', numeric: true, title: 'Records in the log; one of which every partition has a copy counts once' },
];

export function Topics(): ReactElement {
  const { status } = useLive();
  if (status === null) return <Loading what="topics" />;
  const busy = status.topics
    .map((topic) => ({ topic: topic.topic, ...once(topic) }))
    .filter(({ records_per_s }) => records_per_s > 0)
    .sort((a, b) => b.records_per_s - a.records_per_s);
  const quiet = status.topics.length - busy.length;
  return (
    <Panel
      title="Busy topics"
      about={`${quiet} of ${status.topics.length} topics have had nothing in the last ten seconds.`}
      aside={<a href={hrefTo('topology')}>All in the topology</a>}
    >
      {busy.length === 0 ? (
        <Empty title="Nothing flows">
          {status.source.speed === 0
            ? 'The source is paused: choose a speed above.'
            : 'No event came in the last ten seconds.'}
        </Empty>
      ) : (
        <Table label="Busy topics" columns={columns}>
          {busy.slice(0, most_rows).map(({ topic, records, records_per_s }) => (
            <tr key={topic} className="linked">
              <th scope="row">
                <a href={hrefTo('topology', [topic])}>{topic}</a>
              </th>
              <td className="num">{perSecond(records_per_s)}</td>
              <td className="num">{count(records)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
