/** Amounts: how far one change may go. All in minor units, whole. */
import type { MoneyLimits, MoneyPolicy } from '../../policy/money.ts';
import type { BudgetRead } from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import type { Leg, Owner } from './state.ts';

/** A limit on an amount, and its name for people. */
export interface Bound {
  readonly most_minor: number;
  readonly code: string;
  readonly reason: string;
}

/** Whole minor units that are `share` more than an amount at most: a product that is whole but for rounding counts. */
export const raisedBy = (minor: number, share: number): number => Math.floor(minor * (1 + share) + 1e-9 * minor);

/** The least that is one step below, whole minor units. */
export const loweredBy = (minor: number, share: number): number => Math.ceil(minor * (1 - share) - 1e-9 * minor);

/** The lowest daily budget of the last 24 hours. */
export function lowestOfDay({ levels, minor }: Pick<Owner, 'levels' | 'minor'>, now_ms: number): number {
  const from_ms = now_ms - day_ms;
  // A level holds until the next begins: the last one before the window reaches into it.
  const inside = levels.filter((_, i) => (levels[i + 1]?.from_ms ?? Infinity) > from_ms);
  return Math.min(minor, ...inside.map((level) => level.minor));
}

/** Levels with a new one; those that no longer reach into the last 24 hours are forgotten. */
export function withLevel(levels: Owner['levels'], minor: number, now_ms: number): Owner['levels'] {
  const all = [...levels, { from_ms: now_ms, minor }];
  return all.filter((_, i) => (all[i + 1]?.from_ms ?? Infinity) > now_ms - day_ms);
}

/** The bounds of one owner's raise by itself, the tightest first. */
export function boundsOf(owner: Owner, policy: MoneyPolicy, limits: MoneyLimits, now_ms: number): readonly Bound[] {
  const lowest = lowestOfDay(owner, now_ms);
  const bounds: Bound[] = [
    {
      most_minor: raisedBy(owner.minor, policy.step_share),
      code: 'step',
      reason: `one step is at most ${policy.step_share * 100} %`,
    },
    {
      most_minor: raisedBy(lowest, policy.raise_share_24h),
      code: 'raise_24h',
      reason: `within 24 hours it may rise to ${policy.raise_share_24h * 100} % above ${lowest} at most`,
    },
    {
      most_minor: limits.owner_daily_minor,
      code: 'owner_cap',
      reason: `the cap of one budget is ${limits.owner_daily_minor}`,
    },
  ];
  return bounds.sort((a, b) => a.most_minor - b.most_minor);
}

/** What an account's daily budgets sum to with these legs, and the most that the platform may spend of them that day. */
export function accountWith(
  legs: readonly Leg[],
  owners: readonly Owner[],
  read: Pick<BudgetRead, 'account_daily_budgets_minor' | 'account_budgets' | 'day_start_ms'>,
  factor: number,
): { readonly after_minor: number; readonly worst_case_minor: number } {
  const to = new Map(legs.map((leg) => [leg.owner_id, leg.to_minor ?? undefined]));
  let after = read.account_daily_budgets_minor;
  for (const { from_minor, to_minor } of legs) after += (to_minor ?? 0) - (from_minor ?? 0);
  const budgets = new Map(read.account_budgets.map(({ owner_id, minor }) => [owner_id, minor]));
  let above = 0;
  for (const owner of owners) {
    if (owner.day_start_ms !== read.day_start_ms) continue;
    // What does not deliver any more is not in the sum, and may have been spent; reads of older code list nothing.
    const listed = budgets.size === 0 ? owner.minor : (budgets.get(owner.owner_id) ?? 0);
    const now = to.get(owner.owner_id) ?? listed;
    above += Math.max(0, owner.highest_today_minor, now) - now;
  }
  return { after_minor: after, worst_case_minor: Math.ceil(factor * (after + above)) };
}

/**
 * Splits a sum by shares, no part further than one step from where it is and none below the least or above the most.
 * What the limits take from one is given to the others that have room; the sum stays. Null where the limits leave no
 * such split.
 */
export function splitWithin(
  now: readonly number[],
  shares: readonly number[],
  range: (minor: number, i: number) => { readonly least: number; readonly most: number },
): readonly number[] | null {
  const total = now.reduce((sum, minor) => sum + minor, 0);
  const ranges = now.map(range);
  const parts = now.map((_, i) => {
    const { least, most } = ranges[i] ?? { least: 0, most: 0 };
    return Math.min(most, Math.max(least, Math.round(total * (shares[i] ?? 0))));
  });
  let rest = total - parts.reduce((sum, part) => sum + part, 0);
  for (let i = 0; i < parts.length && rest !== 0; i++) {
    const { least, most } = ranges[i] ?? { least: 0, most: 0 };
    const part = parts[i] ?? 0;
    const moved = Math.min(most, Math.max(least, part + rest));
    parts[i] = moved;
    rest -= moved - part;
  }
  return rest === 0 ? parts : null;
}
