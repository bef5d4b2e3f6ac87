/** Caps that several budgets share: what an account puts into each. All in minor units, whole. */
import type { MoneyPolicy, MoneyPool } from '../../policy/money.ts';
import type { BudgetRead } from '../../schemas/index.ts';
import type { Reason } from './guards.ts';
import type { Leg } from './state.ts';

/** An account's part of a pool. */
export interface Part {
  readonly pool: string;
  readonly minor: number;
  /** Owners of legs that belong to it. */
  readonly owner_ids: readonly string[];
}

type Read = Pick<BudgetRead, 'currency' | 'account_budgets'>;
type Member = BudgetRead['account_budgets'][number];

const belongs = ({ members }: MoneyPool, account_id: string, { owner_id, campaign_id }: Member): boolean =>
  members.includes(owner_id) || members.includes(campaign_id) || members.includes(account_id);

/** Parts of an account as it was read, with these legs written. Pools that none of its budgets belong to are left out. */
export function partsWith(
  account_id: string,
  { currency, account_budgets }: Read,
  legs: readonly Leg[],
  { pools }: Pick<MoneyPolicy, 'pools'>,
): readonly Part[] {
  const added = new Map(
    legs.map(({ owner_id, from_minor, to_minor }) => [owner_id, (to_minor ?? 0) - (from_minor ?? 0)]),
  );
  return pools
    .filter((pool) => pool.currency === currency)
    .flatMap((pool): Part[] => {
      const own = account_budgets.filter((one) => belongs(pool, account_id, one));
      if (own.length === 0) return [];
      const minor = own.reduce((sum, one) => sum + one.minor + (added.get(one.owner_id) ?? 0), 0);
      const owner_ids = own.map(({ owner_id }) => owner_id).filter((id) => added.has(id));
      return [{ pool: pool.name, minor: Math.max(0, minor), owner_ids }];
    });
}

/** The pool that this account alone would overfill by what it raises; null: none. What others put in is asked of the pool. */
export function overfull(
  parts: readonly Part[],
  raising: readonly Leg[],
  { pools }: Pick<MoneyPolicy, 'pools'>,
): Reason | null {
  for (const { pool, minor, owner_ids } of parts) {
    const cap = pools.find(({ name }) => name === pool)?.daily_minor ?? 0;
    if (minor > cap && raising.some(({ owner_id }) => owner_ids.includes(owner_id)))
      return { code: 'pool_cap', reason: `the pool ${pool} would come to ${minor}, above ${cap}` };
  }
  return null;
}

/** Parts without what was planned and is not written after all. */
export const withoutUnwritten = (parts: readonly Part[], legs: readonly Leg[]): readonly Part[] =>
  parts.map((part) => {
    const unwritten = legs.filter(({ state, owner_id }) => state !== 'verified' && part.owner_ids.includes(owner_id));
    const less = unwritten.reduce((sum, { from_minor, to_minor }) => sum + (to_minor ?? 0) - (from_minor ?? 0), 0);
    return { ...part, minor: Math.max(0, part.minor - less) };
  });

/** For each pool the larger part: what is reserved until it is known which of the two it is. */
export const largerParts = (parts: readonly Part[], others: readonly Part[]): readonly Part[] =>
  parts.map((part) => ({
    ...part,
    minor: Math.max(part.minor, others.find(({ pool }) => pool === part.pool)?.minor ?? 0),
  }));
