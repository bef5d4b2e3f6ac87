/** Takes back what a change wrote, where it cannot be ended otherwise. */
import type { BudgetCallReturned } from '../../schemas/index.ts';
import type { Desk } from './desk.ts';
import { limitOf, noteTheirs, subjectOf, withLeg } from './legs.ts';
import { settlePool } from './pooling.ts';
import { settle_ms, type Change, type Leg } from './state.ts';
import { isAs } from './verdict.ts';

/** The leg that was written last and is to go back. */
const lastOf = ({ legs, kept = [] }: Change): Leg | undefined =>
  [...legs].reverse().find(({ state, id }) => state === 'verified' && !kept.includes(id));

/** Writes back the leg that was written last; the lowered ones come last, so that no sum is above what it was. */
export function restoreNext(desk: Desk, change: Change): void {
  const leg = lastOf(change);
  if (leg === undefined) {
    settlePool(desk, change);
    const theirs = change.kept !== undefined || change.legs.some(({ state }) => state === 'theirs');
    return desk.end(change, theirs ? 'stood_down' : 'compensated', change.why);
  }
  desk.writes(leg, leg.from_minor);
  desk.call(change, {
    kind: 'write',
    subjects: subjectOf(leg),
    expected_minor: leg.to_minor,
    to_minor: leg.from_minor,
    // What was lowered goes up again: somebody else may have taken the room meanwhile.
    account_limit_minor: (leg.from_minor ?? 0) > (leg.to_minor ?? 0) ? limitOf(desk, change) : null,
    to_status: leg.to_status === null ? null : leg.to_status === 'PAUSED' ? 'ACTIVE' : 'PAUSED',
  });
}

export function restored(desk: Desk, change: Change, answer: BudgetCallReturned): void {
  const leg = lastOf(change);
  if (leg === undefined) return restoreNext(desk, change);
  const { outcome, reads } = answer;
  const [read] = reads;
  const is_back = outcome === 'already' || (outcome === 'applied' && read !== undefined && isAs(leg, read, 'from'));
  if (is_back) {
    desk.wrote(leg, leg.from_minor);
    return restoreNext(desk, desk.put(withLeg(change, leg, 'restored')));
  }
  if (outcome === 'changed_outside' || answer.code === 'unknown_id') {
    noteTheirs(desk, leg, answer);
    return restoreNext(desk, desk.put(withLeg(change, leg, 'theirs')));
  }
  if (answer.code === 'account_cap') {
    const why = { code: 'account_cap', reason: `${leg.id} stays as it was written: ${answer.message}` };
    return restoreNext(desk, desk.put({ ...change, why, kept: [...(change.kept ?? []), leg.id] }));
  }
  // Absolute amounts: asked again, it does what it did or did not do.
  desk.put({ ...change, retry_ms: desk.now_ms + settle_ms });
}
