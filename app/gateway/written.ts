/** A write as a command event, and an answer that waits until whoever the route names has passed it. */
import { marksBehind, printWrite, untilPassed, type Passing } from '../operations/events/passed.ts';
import { Reply, type Call, type Place } from './route.ts';

/** How long an answer waits for the groups; then it is 202 with the address of the write. */
const wait_ms = 5_000;

export interface Write extends Passing {
  readonly account_id: string;
  readonly events: readonly { readonly topic: string; readonly value: object }[];
}

/** Publishes and waits; `answer` is asked once all have passed it. */
export async function written<T>(
  { context: { engine } }: Place,
  { command_id }: Call,
  { account_id, events, ...passing }: Write,
  answer: () => Promise<T>,
): Promise<T | Reply> {
  await engine.publish({ source: 'gateway', position: null, events });
  const marks = await marksBehind(engine, [...new Set(events.map(({ topic }) => topic))], account_id);
  const behind = await untilPassed(engine, marks, passing, wait_ms);
  if (behind.length === 0) return answer();
  const status_url = `/api/writes/${printWrite(marks, passing)}`;
  const body = { status: 'accepted', command_id, status_url, waits_for: behind };
  return new Reply(202, body, { location: status_url });
}
