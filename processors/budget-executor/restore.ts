/**
 * Takes back what a change wrote, where it cannot be ended otherwise. What was lowered rises again as every raise does:
 * it is read, kept within every cap, reserved in the pool, and written; without room it waits (`waiting.ts`).
 */
import type { BudgetCallReturned, BudgetRead } from '../../schemas/index.ts';
import type { Desk } from './desk.ts';
import { stopped, type Reason } from './guards.ts';
import { inverse, limitOf, noteTheirs, subjectOf, withLeg } from './legs.ts';
import { reserveAgain, settlePool, tellHeld } from './pooling.ts';
import { capAgainst } from './room.ts';
import { raises, settle_ms, type Change, type Leg } from './state.ts';
import { isAs } from './verdict.ts';
import { waitsForRoom } from './waiting.ts';

/** The leg that was written last and is to go back. */
const lastOf = ({ legs, kept = [] }: Change): Leg | undefined =>
  [...legs].reverse().find(({ state, id }) => state === 'verified' && !kept.includes(id));

/** Takes back the leg that was written last; the lowered ones come last, so that no sum is above what it was. */
export function restoreNext(desk: Desk, change: Change): void {
  const leg = lastOf(change);
  if (leg === undefined) return ended(desk, change);
  if (stopped(desk.state) !== null) return later(desk, change, 0);
  if (!raises(inverse(leg))) return writeBack(desk, change, leg);
  desk.call({ ...change, phase: 'restore_read' }, { kind: 'read', subjects: subjectOf(leg) });
}

function ended(desk: Desk, change: Change): void {
  settlePool(desk, change);
  const theirs = change.kept !== undefined || change.legs.some(({ state }) => state === 'theirs');
  desk.end(change, theirs ? 'stood_down' : 'compensated', change.why);
}

/** Begins anew with the same leg, when it is time: amounts are absolute, so that it may be asked for again. */
function later(desk: Desk, change: Change, wait_ms: number): void {
  desk.put({ ...change, phase: 'restore', retry_ms: desk.now_ms + wait_ms });
}

function writeBack(desk: Desk, change: Change, leg: Leg): void {
  const back = inverse(leg);
  desk.writes(leg, back.to_minor);
  desk.call(
    { ...change, phase: 'restore' },
    {
      kind: 'write',
      subjects: subjectOf(leg),
      expected_minor: back.from_minor,
      to_minor: back.to_minor,
      // Somebody else may have taken the room since it was reserved.
      account_limit_minor: raises(back) ? limitOf(desk, change) : null,
      to_status: back.to_status,
    },
  );
}

/** The platform answered to a read or a write of the leg that goes back. */
export function restored(desk: Desk, change: Change, answer: BudgetCallReturned): void {
  const leg = lastOf(change);
  if (leg === undefined) return ended(desk, change);
  const { outcome, reads, code } = answer;
  const [read] = reads;
  const sees = outcome === 'applied' || outcome === 'read';
  if (outcome === 'already' || (sees && read !== undefined && isAs(leg, read, 'from'))) {
    desk.wrote(leg, leg.from_minor);
    return restoreNext(desk, desk.put(withLeg(change, leg, 'restored')));
  }
  const is_theirs = outcome === 'read' && read !== undefined && !isAs(leg, read, 'to');
  if (is_theirs || outcome === 'changed_outside' || code === 'unknown_id') {
    noteTheirs(desk, leg, answer);
    return restoreNext(desk, desk.put(withLeg(change, leg, 'theirs')));
  }
  if (outcome === 'read' && read !== undefined) return askRoom(desk, change, leg, read);
  later(desk, change, settle_ms);
}

/** It reads as it was written: what the account would come to with it back is asked of its caps and of the pool. */
function askRoom(desk: Desk, change: Change, leg: Leg, read: BudgetRead): void {
  desk.saw(read);
  const why = capAgainst(desk, inverse(leg), read);
  if (why === null) return reserveAgain(desk, change, leg, read);
  tellHeld(desk, change, read);
  noRoom(desk, change, leg, why);
}

/** The pool answered to what goes back. */
export function roomAnswered(desk: Desk, change: Change, granted: boolean, why: Reason): void {
  const leg = lastOf(change);
  if (leg === undefined || stopped(desk.state) !== null) return later(desk, change, 0);
  if (granted) return writeBack(desk, change, leg);
  noRoom(desk, change, leg, why);
}

function noRoom(desk: Desk, change: Change, leg: Leg, why: Reason): void {
  const what = `${leg.id} goes back from ${leg.to_minor ?? 0} to ${leg.from_minor ?? 0}`;
  if (waitsForRoom(desk, { ...change, phase: 'restore' }, what, why)) return;
  leave(desk, change, [leg.id], { code: why.code, reason: `${leg.id} stays as it was written: ${why.reason}` });
}

/** Legs stay as they were written, and the change ends when nothing else goes back. */
function leave(desk: Desk, change: Change, ids: readonly string[], why: Reason): void {
  restoreNext(desk, desk.put({ ...change, why, kept: [...(change.kept ?? []), ...ids] }));
}

/** A person does not want what waits for room to go back: it stays as it was written. */
export function leaveAll(desk: Desk, change: Change, why: Reason): void {
  const ids = change.legs.filter(({ state }) => state === 'verified').map(({ id }) => id);
  leave(desk, change, ids, why);
}
