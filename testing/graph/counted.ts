/** What daily budgets of an account come to, counted from what the server has and had, not from what anybody says. */
import { localDate } from './clock.ts';
import type { Seen } from './seen.ts';
import type { GraphAccount } from './world.ts';

export interface Counted {
  readonly authorised_minor: number;
  readonly highest_minor: number;
}

export function countedOf(seen: Seen, account: GraphAccount, now_ms: number): Counted {
  const date = localDate(now_ms, account.time_zone);
  let [authorised_minor, highest_minor] = [0, 0];
  for (const { campaign, owner } of ownersOf(account)) {
    const minor = owner.daily_budget;
    if (minor === null) continue;
    if (owner.status === 'ACTIVE' && campaign.status === 'ACTIVE') authorised_minor += minor;
    highest_minor += Math.max(minor, seen.highestBudget(owner.id, date) ?? 0);
  }
  return { authorised_minor, highest_minor };
}

type Campaign = GraphAccount['campaigns'][number];

function* ownersOf(account: GraphAccount): Generator<{
  readonly campaign: Campaign;
  readonly owner: Campaign | Campaign['adsets'][number];
}> {
  for (const campaign of account.campaigns) {
    yield { campaign, owner: campaign };
    for (const owner of campaign.adsets) yield { campaign, owner };
  }
}
