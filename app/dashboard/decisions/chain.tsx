/** The chain of causes, the decision first. */
import type { ReactElement } from 'react';
import type { EventView, Explanation } from '../../operations/operations.ts';
import { Moment } from '../parts/moment.tsx';

export function Chain({ explanation }: { readonly explanation: Explanation }): ReactElement {
  const { decision, chain } = explanation;
  return (
    <ol className="chain">
      {[decision, ...chain].map((event, i, all) => (
        <Link key={`${event.topic} ${event.partition} ${event.offset}`} event={event} role={roleOf(i, all.length)} />
      ))}
    </ol>
  );
}

const roleOf = (i: number, n: number): string => {
  if (i === 0) return 'the decision';
  return i === n - 1 ? 'came from outside' : 'caused it';
};

/** Whoever made the event; its name begins with the group. */
const makerOf = ({ id }: EventView): string | null => id?.split('/')[0] ?? null;

function Link({ event, role }: { readonly event: EventView; readonly role: string }): ReactElement {
  const maker = makerOf(event);
  return (
    <li>
      <strong>{event.topic}</strong> <span className="quiet">{role}</span>
      <span className="under">
        {maker !== null && <>made by {maker}, </>}partition {event.partition}, offset {event.offset}, appended{' '}
        <Moment at_ms={event.appended_ms} />
      </span>
    </li>
  );
}
