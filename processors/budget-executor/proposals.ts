/** What people are asked to do themselves: a winner that shares its budget may get an ad set of its own. */
import { proposalMade, type BudgetRead, type ProposalCheck } from '../../schemas/index.ts';
import type { Desk } from './desk.ts';
import { leastViable, type Reason } from './guards.ts';
import { kept_proposals, raises, type Change } from './state.ts';

/**
 * Proposes it where a raise would feed others too, once for each winner. Nothing is written: a new ad set is made by a
 * person, who sees what speaks for it and against it.
 */
export function proposeOwnAdSet(desk: Desk, change: Change, read: BudgetRead | undefined, why: Reason): void {
  const { wanted, legs, campaign_id, subjects, seen } = change;
  const [leg] = legs;
  const ad_id = subjects[0]?.id;
  if (wanted.kind !== 'scale' || why.code !== 'siblings' || leg === undefined || !raises(leg)) return;
  if (read === undefined || seen === null || ad_id === undefined || campaign_id === null) return;
  const proposal_id = `own_adset/${wanted.experiment_id}`;
  const proposed = desk.state.proposed ?? [];
  if (proposed.includes(proposal_id)) return;
  desk.state.proposed = [...proposed, proposal_id].slice(-kept_proposals);
  const raise = (leg.to_minor ?? 0) - (leg.from_minor ?? 0);
  const daily_minor = Math.max(raise, read.minimum_daily_budget_minor);
  desk.emitted.push(
    proposalMade.event({
      account_id: desk.account_id,
      proposal_id,
      kind: 'own_adset',
      campaign_id,
      experiment_id: wanted.experiment_id,
      ad_id,
      hours: [],
      daily_minor,
      currency: seen.currency,
      checks: [{ check: 'siblings', holds: true, words: why.reason }, ...checksOf(desk, change, read, daily_minor)],
      reason: `Give ${ad_id} an ad set of its own with ${daily_minor} a day, in place of raising ${leg.owner_id} by ${raise}: then what is added goes to the winner alone.`,
      at_ms: desk.now_ms,
      policy_version: desk.policy.version,
    }),
  );
}

function checksOf(desk: Desk, { campaign_id }: Change, read: BudgetRead, daily_minor: number): ProposalCheck[] {
  const { state, policy } = desk;
  const cap = policy.money.limits[read.currency]?.account_daily_minor ?? 0;
  const after = read.account_daily_budgets_minor + daily_minor;
  const is_campaign = read.level === 'campaign';
  const least = leastViable(state, campaign_id, policy.money);
  return [
    {
      check: 'account_cap',
      holds: after <= cap,
      words: `the account would come to ${after} of ${cap}`,
    },
    {
      check: 'budget_level',
      holds: !is_campaign,
      words: is_campaign
        ? `${read.owner_id} is a campaign that splits its budget itself: an ad set of it has no budget of its own`
        : `${read.owner_id} is an ad set: another one beside it has a budget of its own`,
    },
    {
      check: 'learning',
      holds: least !== null && daily_minor >= least,
      words:
        least === null
          ? 'a new ad set begins to learn anew; what that takes a day is not known'
          : `a new ad set begins to learn anew, which takes about ${least} a day`,
    },
  ];
}
