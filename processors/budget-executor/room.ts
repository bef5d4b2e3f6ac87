/** Whether an account has room for what rises, by its own caps; what all accounts share is asked of the pool. */
import type { MoneyLimits } from '../../policy/money.ts';
import type { BudgetRead } from '../../schemas/index.ts';
import { accountWith } from './amounts.ts';
import type { Desk } from './desk.ts';
import type { Reason } from './guards.ts';
import { overfull, partsWith } from './pools.ts';
import type { Leg } from './state.ts';

interface AccountSum {
  readonly after_minor: number;
  readonly worst_case_minor: number;
}

/** What of the account's own limits is against raises that come to a sum; null: nothing. */
export function roomFor(
  raising: readonly Leg[],
  reads: readonly BudgetRead[],
  limits: MoneyLimits,
  account: AccountSum,
): Reason | null {
  for (const { owner_id, to_minor } of raising) {
    const least = reads.find((read) => read.owner_id === owner_id)?.minimum_daily_budget_minor ?? 0;
    if ((to_minor ?? 0) < Math.max(limits.min_daily_minor, least))
      return { code: 'minimum', reason: `${to_minor ?? 0} is below the least daily budget` };
    const why = aboveOwner({ to_minor }, limits);
    if (why !== null) return why;
  }
  return aboveAccount(limits, account);
}

const aboveOwner = ({ to_minor }: Pick<Leg, 'to_minor'>, { owner_daily_minor: most }: MoneyLimits): Reason | null =>
  (to_minor ?? 0) > most
    ? { code: 'owner_cap', reason: `${to_minor ?? 0} is above ${most}, the cap of one budget` }
    : null;

function aboveAccount(limits: MoneyLimits, { after_minor, worst_case_minor }: AccountSum): Reason | null {
  if (after_minor > limits.account_daily_minor)
    return {
      code: 'account_cap',
      reason: `the account would come to ${after_minor}, above ${limits.account_daily_minor}`,
    };
  if (worst_case_minor > limits.account_worst_case_minor)
    return {
      code: 'worst_case',
      reason: `the platform may spend ${worst_case_minor} that day, above ${limits.account_worst_case_minor}`,
    };
  return null;
}

/** Which cap of the account has no room for a leg that goes back and raises; null: all have. */
export function capAgainst(desk: Desk, leg: Leg, read: BudgetRead): Reason | null {
  const { state, policy, account_id } = desk;
  const limits = policy.money.limits[read.currency];
  if (limits === undefined) return { code: 'no_limits', reason: `the policy has no limits for ${read.currency}` };
  const account = accountWith([leg], state.owners, read, policy.money.worst_case_factor);
  const parts = partsWith(account_id, read, [leg], policy.money);
  return aboveOwner(leg, limits) ?? aboveAccount(limits, account) ?? overfull(parts, [leg], policy.money);
}
