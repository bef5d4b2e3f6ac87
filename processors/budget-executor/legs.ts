/** Single legs of a change. */
import type { BudgetCallReturned } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import type { Desk } from './desk.ts';
import type { Change, Leg } from './state.ts';

export const legIn = ({ legs }: Change, state: Leg['state']): Leg | undefined =>
  legs.find((leg) => leg.state === state);

export const subjectOf = (leg: Leg | undefined): Change['subjects'][number][] =>
  leg === undefined ? [] : [{ level: leg.level, id: leg.id }];

export const withLeg = (change: Change, leg: Leg, state: Leg['state']): Change => ({
  ...change,
  legs: change.legs.map((one) => (one === leg ? { ...one, state } : one)),
});

/** What takes a leg back. */
export const inverse = (leg: Leg): Leg => ({
  ...leg,
  from_minor: leg.to_minor,
  to_minor: leg.from_minor,
  to_status: leg.to_status === null ? null : leg.to_status === 'PAUSED' ? 'ACTIVE' : 'PAUSED',
  state: 'planned',
});

/**
 * What the account may come to with a raise, as the writer compares it again just before: its cap, and no more than the
 * pool of all accounts granted.
 */
export const limitOf = ({ policy }: Desk, { seen, reserved_minor = Infinity }: Change): number =>
  Math.min(policy.money.limits[seen?.currency ?? '']?.account_daily_minor ?? 0, reserved_minor);

/** Somebody else changed what was to be written: it is left as they have it, for a while. */
export function noteTheirs(desk: Desk, { owner_id, level }: Leg, { reads }: BudgetCallReturned): void {
  const read = reads.find((one) => one.owner_id === owner_id);
  if (read !== undefined) desk.saw(read);
  const owner = desk.owner(owner_id);
  if (owner === undefined || level === 'ad') return;
  const stand_down_until_ms = desk.now_ms + desk.policy.money.stand_down_hours * hour_ms;
  desk.putOwner({ ...owner, written: false, stand_down_until_ms });
}
