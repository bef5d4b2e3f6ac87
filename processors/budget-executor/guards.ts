/**
 * Why money must not move: each guard answers null where it has nothing against a change. The first that has says why.
 * What only lowers budgets, or switches off, passes those that are about raising.
 */
import type { MoneyLimits, MoneyPolicy } from '../../policy/money.ts';
import type { BudgetRead } from '../../schemas/index.ts';
import { monthEnd, printTime, utcDay } from '../../schemas/calendar.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { raises, settle_ms, type AccountState, type Campaign, type Leg, type Owner } from './state.ts';

export interface Reason {
  readonly code: string;
  readonly reason: string;
}

const no = (code: string, reason: string): Reason => ({ code, reason });

/** What stops every change of an account, whatever it is. */
export function stopped({ killed, halted, breaker_until_ms, now_ms }: AccountState): Reason | null {
  if (halted !== null) return no('halted', `${halted.actor} stopped writing in all accounts: ${halted.reason}`);
  if (killed !== null) return no('killed', `${killed.actor} stopped writing in this account: ${killed.reason}`);
  if (now_ms < breaker_until_ms)
    return no('breaker', `too many calls failed in a row; nothing is written before ${printTime(breaker_until_ms)}`);
  return null;
}

/** What stops raises of an account: numbers that are old, broken or past a goal, and days on which people forbid it. */
export function raisesStopped(state: AccountState, policy: MoneyPolicy): Reason | null {
  const { health, now_ms } = state;
  const dark = policy.blackout.find((days) => isWithin(utcDay(now_ms), days));
  if (dark !== undefined) return no('blackout', `nothing is raised on ${dark}`);
  if (health === null) return no('stale', 'no totals of this account are known yet');
  if (health.stale || now_ms - health.at_ms > (policy.stale_hours + 24) * hour_ms)
    return no('stale', `the newest totals end at ${printTime(health.newest_ms)}: that is too long ago`);
  if (health.tracking_lost) return no('tracking_lost', `conversions seem not to be counted: ${health.reason}`);
  return null;
}

/** What numbers of the account say against a raise to a sum of daily budgets. */
export function pacing(state: AccountState, limits: MoneyLimits, after_minor: number): Reason | null {
  const { health, now_ms } = state;
  if (health === null) return no('stale', 'no totals of this account are known yet');
  if (limits.target_cost_minor !== null) {
    const { spend_week_minor: spend, conversions_week: conversions } = health;
    if (conversions === 0) return no('target', 'no conversion was counted in the last week, so its cost is not known');
    if (spend / conversions > limits.target_cost_minor)
      return no('target', `a conversion costs ${Math.round(spend / conversions)}, above ${limits.target_cost_minor}`);
  }
  if (limits.target_roas !== null) {
    const { spend_week_minor: spend, value_week_minor: value } = health;
    if (spend === 0) return no('target', 'nothing was spent in the last week, so what it returns is not known');
    if (value / spend < limits.target_roas)
      return no('target', `spend returns ${(value / spend).toFixed(2)} times itself, below ${limits.target_roas}`);
  }
  if (limits.month_minor !== null) {
    const expected = Math.round(health.spend_month_minor + (after_minor * (monthEnd(now_ms) - now_ms)) / day_ms);
    if (expected > limits.month_minor)
      return no('month', `the month would come to ${expected}, above ${limits.month_minor}`);
  }
  return null;
}

/** What stops a change of one owner: people, its state on the platform, other changes. */
export function ownerStopped(
  state: AccountState,
  policy: MoneyPolicy,
  change_id: string,
  read: BudgetRead,
  owner: Owner,
): Reason | null {
  const { now_ms } = state;
  const named = [read.owner_id, read.campaign_id, ...read.ads.flatMap(({ ad_id, adset_id }) => [ad_id, adset_id])];
  const guarded = named.find((id) => policy.protected_ids.includes(id));
  if (guarded !== undefined) return no('protected', `${guarded} is protected`);
  if (now_ms < owner.stand_down_until_ms)
    return no(
      'changed_outside',
      `somebody else changed ${owner.owner_id}; it is left alone until ${printTime(owner.stand_down_until_ms)}`,
    );
  const other = state.open.find(
    (one) =>
      one.change_id !== change_id && isUnderway(one.state) && one.legs.some((leg) => leg.owner_id === owner.owner_id),
  );
  if (other !== undefined) return no('in_flight', `${other.change_id} changes ${owner.owner_id} already`);
  if (owner.written_ms !== null && now_ms - owner.written_ms < settle_ms)
    return no('settling', `${owner.owner_id} was written a moment ago`);
  return null;
}

/** A change that holds its owners: those that wait in a queue are planned anew when it is their turn. */
const isUnderway = (change_state: string): boolean => change_state !== 'queued';

/** What the platform's state says against writing a daily budget. */
export function platformStopped({ owner_id, ...read }: BudgetRead, now_ms: number): Reason | null {
  if (read.daily_budget_minor === null)
    return no('no_daily_budget', `${owner_id} has a lifetime budget; that is other arithmetic and is left alone`);
  if (read.account_status !== 'ACTIVE') return no('account_status', `the account is ${read.account_status}`);
  if (read.effective_status !== 'ACTIVE') return no('status', `${owner_id} is ${read.effective_status}`);
  if (read.end_ms !== null && read.end_ms - now_ms < day_ms)
    return no('ending', `${owner_id} ends at ${printTime(read.end_ms)}, within a day`);
  return null;
}

/** How often and when one owner may be changed by what is not urgent. */
export function cadence(owner: Owner, policy: MoneyPolicy, now_ms: number): Reason | null {
  const since = owner.decided_ms === null ? Infinity : now_ms - owner.decided_ms;
  if (since < policy.cooldown_hours * hour_ms)
    return no('cooldown', `${owner.owner_id} was decided on less than ${policy.cooldown_hours} hours ago`);
  if (owner.changes_today >= policy.changes_per_day)
    return no('changes_per_day', `${owner.owner_id} was changed ${owner.changes_today} times today`);
  return null;
}

/** What delivery says against a raise of one owner. */
export function deliveryStopped(read: BudgetRead, owner: Owner, policy: MoneyPolicy): Reason | null {
  if (policy.wait_for_learning && read.learning === 'learning')
    return no('learning', `delivery of ${read.owner_id} is in its learning phase`);
  const elapsed = Math.min(1, (read.read_ms - read.day_start_ms) / day_ms);
  const highest = Math.max(owner.highest_today_minor, owner.minor);
  // The first hours of a day say little: a quarter of it is granted.
  const most = policy.velocity_factor * highest * Math.max(elapsed, 0.25);
  if (read.spend_today_minor > most)
    return no(
      'spend_velocity',
      `${read.owner_id} spent ${read.spend_today_minor} today, more than ${Math.round(most)} by now`,
    );
  return null;
}

/** What kind of evidence may move money here. */
export function evidenceStopped(
  campaign: Campaign | undefined,
  { metric, impressions }: { readonly metric: string; readonly impressions: number },
  policy: MoneyPolicy,
): Reason | null {
  if (campaign?.provenance === 'replayed') return no('replayed', 'recorded experiments move no money');
  if (campaign?.design === 'observational')
    return no('observational', 'ads that share an ad set were not compared fairly; that moves no money');
  if (campaign?.paid_for_conversions === true && metric === 'link_ctr')
    return no('objective', 'the campaign is meant to bring conversions; clicks alone move none of its money');
  if (impressions < policy.min_impressions)
    return no('immature', `${impressions} impressions stand behind it, fewer than ${policy.min_impressions}`);
  return null;
}

/** Why a person has to approve in `auto`; null: nobody has to. */
export function approvalNeeded(legs: readonly Leg[], reads: readonly BudgetRead[], limits: MoneyLimits): Reason | null {
  for (const leg of legs.filter(raises)) {
    const { to_minor, from_minor, owner_id } = leg;
    const read = reads.find((one) => one.owner_id === owner_id);
    const on = read?.ads.filter(({ effective_status }) => effective_status === 'ACTIVE') ?? [];
    if (read?.level === 'campaign' || on.length > 1)
      return no('siblings', `${on.length} ads spend of ${owner_id}: raising it feeds all of them`);
    if ((to_minor ?? 0) > limits.approve_new_minor)
      return no('approve_new', `${to_minor} is above ${limits.approve_new_minor}`);
    if ((to_minor ?? 0) - (from_minor ?? 0) > limits.approve_raise_minor)
      return no('approve_raise', `${(to_minor ?? 0) - (from_minor ?? 0)} more is above ${limits.approve_raise_minor}`);
  }
  return null;
}

/**
 * Budgets that bring too few results for delivery to leave its learning phase: Meta's own number is about fifty in the
 * week after the last change that counts. A warning, no reason to hold anything up.
 */
export function viability(
  legs: readonly Leg[],
  reads: readonly BudgetRead[],
  state: Pick<AccountState, 'health' | 'campaigns'>,
  policy: MoneyPolicy,
): readonly string[] {
  return legs.flatMap(({ owner_id, to_minor }) => {
    const campaign_id = reads.find((read) => read.owner_id === owner_id)?.campaign_id ?? null;
    const least = leastViable(state, campaign_id, policy);
    if (least === null || to_minor === null || to_minor >= least) return [];
    return [
      `${owner_id} needs about ${least} a day to leave its learning phase (${policy.learning_results} conversions a week)`,
    ];
  });
}

/** The least daily budget that pays for so many conversions; null where a campaign is not paid for them, or none is known. */
export function leastViable(
  { health, campaigns }: Pick<AccountState, 'health' | 'campaigns'>,
  campaign_id: string | null,
  { learning_results }: MoneyPolicy,
): number | null {
  const is_paid = campaigns.some((one) => one.campaign_id === campaign_id && one.paid_for_conversions);
  if (!is_paid || health === null || health.conversions_week === 0) return null;
  return Math.ceil((learning_results * health.spend_week_minor) / health.conversions_week / days_a_week);
}

const days_a_week = 7;

function isWithin(day: string, days: string): boolean {
  const [first = '', last = first] = days.split('/');
  return day >= first && day <= last;
}
