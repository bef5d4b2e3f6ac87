/** What an account tells the pool of all accounts, and asks of it. */
import type { BudgetRead } from '../../schemas/index.ts';
import type { Desk } from './desk.ts';
import { largerParts, partsWith, withoutUnwritten } from './pools.ts';
import type { Change } from './state.ts';

/** Asks for room for what a change raises; what is there already stays reserved until it is settled. */
export function reserve(desk: Desk, change: Change, read: BudgetRead): void {
  const { seen } = change;
  if (seen === null) return;
  desk.pool({ ...change, state: 'executing', phase: 'reserve' }, 'reserve', {
    total_minor: Math.max(seen.account_after_minor, read.account_daily_budgets_minor),
    parts: largerParts(seen.parts ?? [], partsWith(desk.account_id, read, [], desk.policy.money)),
    currency: seen.currency,
  });
}

/** Whatever a read is for, the pool of all accounts hears what this one comes to, where nothing of it is reserved. */
export function tellTotal(desk: Desk, change: Change, [read]: readonly BudgetRead[]): void {
  const is_reserved = desk.state.open.some(({ state }) => state === 'uncertain' || state === 'compensating');
  if (read === undefined || is_reserved) return;
  const { account_daily_budgets_minor: total_minor, currency } = read;
  const parts = partsWith(desk.account_id, read, [], desk.policy.money);
  const plain = JSON.stringify(parts.map(({ pool, minor }) => ({ pool, minor })));
  if (desk.state.pooled_minor === total_minor && (desk.state.pooled_parts ?? '[]') === plain) return;
  desk.pool(change, 'settle', { total_minor, parts, currency });
}

/** Tells the pool of all accounts what this one comes to after all. */
export function settlePool(desk: Desk, change: Change): void {
  const { legs, seen } = change;
  if (seen === null || legs.every(({ level }) => level === 'ad')) return;
  let total = seen.account_after_minor;
  for (const { state, from_minor, to_minor } of legs)
    if (state !== 'verified') total += (from_minor ?? 0) - (to_minor ?? 0);
  const parts = withoutUnwritten(seen.parts ?? [], legs);
  desk.pool(change, 'settle', { total_minor: Math.max(0, total), parts, currency: seen.currency });
}
