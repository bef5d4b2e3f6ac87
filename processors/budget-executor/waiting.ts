/**
 * What puts a budget back and finds no room waits for it: it is said once for each cap, tried again every hour, and given
 * up by a person or when it waited as long as an approval would.
 */
import { printTime } from '../../schemas/calendar.ts';
import { hour_ms } from '../../schemas/values.ts';
import type { Desk } from './desk.ts';
import type { Reason } from './guards.ts';
import { settle_ms, type Change } from './state.ts';

/** Caps that somebody else's lower budget, another day or another policy makes room under. */
const caps: readonly string[] = ['owner_cap', 'account_cap', 'worst_case', 'global_cap', 'pool_cap', 'no_limits'];

/** Whether a reason is that there is no room. */
export const isCap = ({ code }: Reason): boolean => caps.includes(code);

/** Waits, and answers true; false where it waited for long enough. `what`: what it does, for people. */
export function waitsForRoom(desk: Desk, change: Change, what: string, { code, reason }: Reason): boolean {
  const { now_ms, policy } = desk;
  const { waiting } = change;
  // What stops all accounts is no want of room, and no reason to give up.
  if (code === 'halted') {
    desk.put({ ...change, retry_ms: now_ms + settle_ms });
    return true;
  }
  const until_ms = waiting?.until_ms ?? now_ms + policy.money.approval_hours * hour_ms;
  if (until_ms < now_ms) return false;
  const words = `${what} when there is room: ${reason}. It is tried every hour until ${printTime(until_ms)}; a person can reject it, and it stays as it is.`;
  const next = desk.put({ ...change, retry_ms: now_ms + settle_ms, waiting: { until_ms, code, reason: words } });
  if (waiting?.code !== code) desk.tell(next, change.state, { code, reason: words });
  return true;
}
