/** Groups with what each has before it, and what it inherits: a group without lag of its own may wait for another. */
import type { ReactElement } from 'react';
import type { LagRow } from '../../operations/operations.ts';
import { useEngine, useLive } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count, perSecond } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Loading } from '../parts/empty.tsx';
import { GroupStanding, LastEvent, type Group } from '../parts/group-cells.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';

const every_ms = 3_000;

const columns = [
  { head: 'Group' },
  { head: 'State' },
  { head: 'Events/s', numeric: true, title: 'Handled per second, over the last ten seconds' },
  { head: 'Own lag', numeric: true, title: 'Records appended and not handled yet, over all partitions' },
  {
    head: 'Inherited lag',
    numeric: true,
    title: 'Records that wait in groups whose events it reads; some of them will become records for it',
  },
  { head: 'Worst partition', numeric: true, title: 'Own lag of the partition that has most' },
  { head: 'Last event', numeric: true, title: "By the source's clock" },
];

export function Groups(): ReactElement {
  const { operations } = useEngine();
  const { status } = useLive();
  const answer = useAnswer('lag', () => operations.lag({}), every_ms);
  return (
    <Panel title="Groups" about="Own lag is what a group has before it; inherited lag is what its upstream has.">
      <Answered answer={answer} what="lag">
        {(rows) =>
          status === null ? (
            <Loading what="groups" />
          ) : (
            <Table label="Groups" columns={columns}>
              {status.groups.map((group) => (
                <Row
                  key={group.group}
                  group={group}
                  tasks={rows.filter((row) => row.group === group.group)}
                  now_ms={status.source.clock_ms ?? status.now_ms}
                />
              ))}
            </Table>
          )
        }
      </Answered>
    </Panel>
  );
}

interface RowProps {
  readonly group: Group;
  readonly tasks: readonly LagRow[];
  readonly now_ms: number;
}

function Row({ group, tasks, now_ms }: RowProps): ReactElement {
  const sum = (of: (task: LagRow) => number): number => tasks.reduce((total, task) => total + of(task), 0);
  const worst = tasks.toSorted((a, b) => b.own - a.own)[0];
  return (
    <tr className="linked">
      <GroupStanding group={group} />
      <td className="num">{perSecond(group.events_per_s)}</td>
      <td className="num">{count(sum(({ own }) => own))}</td>
      <td className="num quiet">{count(sum(({ inherited }) => inherited))}</td>
      <td className="num quiet">
        {worst === undefined || worst.own === 0 ? '–' : `${count(worst.own)} in ${worst.partition}`}
      </td>
      <LastEvent group={group} now_ms={now_ms} />
    </tr>
  );
}
