/** Whether money may move right now: what the policy in force allows, and what budgets would be written to. */
import { policyOf, type WholePolicy } from '../../../policy/policy.ts';
import type { MoneyStanding } from './view.ts';
import type { SourceStatus } from '../operations.ts';

const platforms: Readonly<Record<SourceStatus['kind'], MoneyStanding['platform']>> = {
  meta: 'meta',
  simulated: 'simulated',
  replay: null,
  none: null,
};

/** What the whole policy and the source of events make of budgets. */
export function moneyStanding(policy: WholePolicy, source: SourceStatus['kind']): MoneyStanding {
  const { mode } = policy.money;
  const otherwise = { dry_run: 0, approve: 0, auto: 0 };
  for (const account_id of Object.keys(policy.accounts)) {
    const own = policyOf(policy, account_id).money.mode;
    if (own !== mode) otherwise[own] += 1;
  }
  return { mode, accounts_otherwise: otherwise, platform: platforms[source] };
}
