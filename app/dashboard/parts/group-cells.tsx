/** Cells that every table of groups has: name and state in front, the last event at the end. */
import type { ReactElement } from 'react';
import type { Status } from '../../operations/operations.ts';
import { groupStanding } from '../format/group.ts';
import { ago, utcTime } from '../format/time.ts';
import { hrefTo } from '../shell/route.ts';
import { Chip } from './chip.tsx';

export type Group = Status['groups'][number];

/** Its name, which leads to it in the topology, and how it stands. */
export function GroupStanding({ group }: { readonly group: Group }): ReactElement {
  const { words, tone, meaning } = groupStanding(group);
  return (
    <>
      <th scope="row">
        <a href={hrefTo('topology', [group.group])}>{group.group}</a>
      </th>
      <td>
        <Chip tone={tone} words={words} meaning={meaning} />
        {group.reason !== null && <span className="reason"> {group.reason}</span>}
      </td>
    </>
  );
}

/** How long ago it handled an event, by the clock of the source. */
export function LastEvent({ group, now_ms }: { readonly group: Group; readonly now_ms: number }): ReactElement {
  return (
    <td className="num quiet">
      {group.last_event_ms === null ? (
        'none yet'
      ) : (
        <span title={utcTime(group.last_event_ms)}>{ago(group.last_event_ms, now_ms)}</span>
      )}
    </td>
  );
}
