/** What an account tells the pool of all accounts, and asks of it. */
import type { BudgetRead } from '../../schemas/index.ts';
import type { Desk } from './desk.ts';
import { inverse } from './legs.ts';
import { largerParts, partsWith, withoutUnwritten } from './pools.ts';
import { isUnsettled, raises, type Change, type Leg } from './state.ts';

/** Asks for room for what a change raises; what is there already stays reserved until it is settled. */
export function reserve(desk: Desk, change: Change, read: BudgetRead): void {
  const { seen } = change;
  if (seen === null) return;
  const total_minor = Math.max(seen.account_after_minor, read.account_daily_budgets_minor);
  desk.pool({ ...change, state: 'executing', phase: 'reserve', asked_minor: total_minor }, 'reserve', {
    total_minor,
    parts: largerParts(seen.parts ?? [], partsWith(desk.account_id, read, [], desk.policy.money)),
    currency: seen.currency,
  });
}

/**
 * Asks for room for a leg that goes back and raises. The pool is told first what the account comes to without it, as
 * somebody else may have raised budgets since room was reserved: an answer that there is none leaves it with the truth.
 */
export function reserveAgain(desk: Desk, change: Change, leg: Leg, read: BudgetRead): void {
  const back = inverse(leg);
  const held_minor = tellHeld(desk, change, read);
  const after_minor = read.account_daily_budgets_minor + (back.to_minor ?? 0) - (back.from_minor ?? 0);
  const total_minor = Math.max(held_minor, after_minor);
  desk.pool({ ...change, phase: 'restore_reserve', asked_minor: total_minor }, 'reserve', {
    total_minor,
    parts: partsWith(desk.account_id, read, [back], desk.policy.money),
    currency: read.currency,
  });
}

/** Tells the pool what the account comes to, and no less than what it granted to a change that is not over. */
export function tellHeld(desk: Desk, change: Change, read: BudgetRead): number {
  const total_minor = Math.max(read.account_daily_budgets_minor, change.reserved_minor ?? 0);
  const parts = partsWith(desk.account_id, read, [], desk.policy.money);
  desk.pool(change, 'settle', { total_minor, parts, currency: read.currency });
  return total_minor;
}

/**
 * Whatever a read is for, the pool of all accounts hears what this one comes to: what others raised counts from then on.
 * What is reserved for a change that is not settled stays so, and what such a change may yet raise is added.
 */
export function tellTotal(desk: Desk, change: Change, [read]: readonly BudgetRead[]): void {
  if (read === undefined) return;
  const unsettled = desk.state.open.filter(isUnsettled);
  const pending = unsettled.flatMap(({ legs }) => legs).filter((leg) => leg.state === 'uncertain' && raises(leg));
  const { account_daily_budgets_minor, currency } = read;
  const more = pending.reduce((sum, { from_minor, to_minor }) => sum + (to_minor ?? 0) - (from_minor ?? 0), 0);
  const held = unsettled.map(({ reserved_minor = 0 }) => reserved_minor);
  const total_minor = Math.max(account_daily_budgets_minor + more, ...held);
  const parts = partsWith(desk.account_id, read, pending, desk.policy.money);
  const plain = JSON.stringify(parts.map(({ pool, minor }) => ({ pool, minor })));
  if (desk.state.pooled_minor === total_minor && (desk.state.pooled_parts ?? '[]') === plain) return;
  desk.pool(change, 'settle', { total_minor, parts, currency });
}

/**
 * Tells the pool of all accounts what this one comes to after all: as the change has it, and no less than was just read.
 * Where another change is not settled, what is reserved for that one stays until it is.
 */
export function settlePool(desk: Desk, change: Change): void {
  const { legs, seen, change_id } = change;
  if (seen === null || legs.every(({ level }) => level === 'ad')) return;
  if (desk.state.open.some((one) => one.change_id !== change_id && isUnsettled(one))) return;
  let total = seen.account_after_minor;
  for (const { state, from_minor, to_minor } of legs)
    if (state !== 'verified') total += (from_minor ?? 0) - (to_minor ?? 0);
  const parts = withoutUnwritten(seen.parts ?? [], legs);
  const { read } = desk;
  if (read === null)
    return void desk.pool(change, 'settle', { total_minor: Math.max(0, total), parts, currency: seen.currency });
  desk.pool(change, 'settle', {
    total_minor: Math.max(total, read.account_daily_budgets_minor),
    parts: largerParts(partsWith(desk.account_id, read, [], desk.policy.money), parts),
    currency: seen.currency,
  });
}
