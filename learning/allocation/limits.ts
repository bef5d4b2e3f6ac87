/**
 * What money limits leave of a proposed split: step per change, cumulative raise per day, changes per day. The total
 * is conserved: what one arm may not take yet stays with the others.
 */

export interface MoneyLimits {
  /** Most that one change may move an arm's budget, as a fraction of it, up or down. */
  readonly max_step: number;
  /** Most that an arm's budget may rise over the least it had in the last 24 h, as a fraction of that. */
  readonly max_raise_per_day: number;
  /** Changes of a campaign's split in any 24 h. */
  readonly changes_per_day: number;
}

export const defaultMoneyLimits: MoneyLimits = { max_step: 0.2, max_raise_per_day: 0.2, changes_per_day: 3 };

/** A split and when it was set. */
export interface Applied {
  readonly at_ms: number;
  readonly shares: readonly number[];
}

const day_ms = 86_400_000;

/**
 * The split nearest to the desired one that the limits allow, or the present one where no change is allowed yet.
 * @param history splits in force in the last 24 h, oldest first, the present one last; its shares sum to 1
 * @returns shares in the order of the history's
 */
export function limited(
  history: readonly Applied[],
  desired: readonly number[],
  at_ms: number,
  limits: MoneyLimits,
): readonly number[] {
  const present = history.at(-1)?.shares ?? desired;
  const recent = inForceSince(history, at_ms - day_ms);
  const last_change_ms = history.at(-1)?.at_ms ?? -Infinity;
  const changed = history.filter((applied) => applied.at_ms > at_ms - day_ms).length;
  if (changed >= limits.changes_per_day || at_ms - last_change_ms < day_ms / limits.changes_per_day) return present;
  const low = present.map((share) => share * (1 - limits.max_step));
  const high = present.map((share, i) => {
    const least = Math.min(...recent.map(({ shares }) => shares[i] ?? share));
    return Math.max(Math.min(share * (1 + limits.max_step), least * (1 + limits.max_raise_per_day)), share);
  });
  return nearest(desired, low, high);
}

/** Splits that were in force at some time since then: those set later and the one that was in force at that time. */
function inForceSince(history: readonly Applied[], since_ms: number): readonly Applied[] {
  const later = history.findIndex((applied) => applied.at_ms > since_ms);
  if (later < 0) return history.slice(-1);
  return history.slice(Math.max(later - 1, 0));
}

/** Least-squares projection onto the box with sum 1: every share moved by the same amount, then clamped. */
function nearest(desired: readonly number[], low: readonly number[], high: readonly number[]): readonly number[] {
  const moved = (by: number): readonly number[] =>
    desired.map((share, i) => Math.min(Math.max(share + by, low[i] ?? 0), high[i] ?? 1));
  const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0);
  let below = -1;
  let above = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (below + above) / 2;
    if (sum(moved(middle)) < 1) below = middle;
    else above = middle;
  }
  const shares = [...moved(above)];
  const rest = 1 - sum(shares);
  const roomiest = shares.reduce((best, _, i) => {
    const room = (k: number): number =>
      rest > 0 ? (high[k] ?? 1) - (shares[k] ?? 0) : (shares[k] ?? 0) - (low[k] ?? 0);
    return room(i) > room(best) ? i : best;
  }, 0);
  shares[roomiest] = (shares[roomiest] ?? 0) + rest;
  return shares;
}
