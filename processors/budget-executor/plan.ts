/** What a change comes to in amounts, once its owners were read: its legs, or why there are none. */
import type { MoneyLimits } from '../../policy/money.ts';
import type { BudgetRead } from '../../schemas/index.ts';
import { accountWith, boundsOf, loweredBy, splitWithin } from './amounts.ts';
import type { Desk } from './desk.ts';
import {
  approvalNeeded,
  cadence,
  deliveryStopped,
  evidenceStopped,
  ownerStopped,
  pacing,
  platformStopped,
  raisesStopped,
  stopped,
  viability,
  type Reason,
} from './guards.ts';
import { overfull, partsWith } from './pools.ts';
import { roomFor } from './room.ts';
import { raises, type Change, type Leg, type Owner, type Seen, type Split } from './state.ts';

export interface Planned {
  readonly legs: readonly Leg[];
  readonly seen: Seen;
  /** Why a person has to approve though the mode is `auto`. */
  readonly approval: Reason | null;
}

export type Plan = { readonly planned: Planned } | { readonly skip: Reason };

/** An owner as it was just read. */
interface Known {
  readonly read: BudgetRead;
  readonly owner: Owner;
}

const skip = (code: string, reason: string): { readonly skip: Reason } => ({ skip: { code, reason } });

/** Plans a change from what its owners say. Owners that it does not hold yet are remembered as read. */
export function plan(desk: Desk, change: Change, reads: readonly BudgetRead[]): Plan {
  const { state, policy } = desk;
  const { wanted } = change;
  const [first] = reads;
  if (first === undefined) return skip('unread', 'nothing was read');
  const limits = policy.money.limits[first.currency];
  if (limits === undefined) return skip('no_limits', `the policy has no limits for ${first.currency}`);
  const halt = stopped(state);
  if (halt !== null) return { skip: halt };
  const known: Known[] = [];
  for (const read of uniqueReads(reads)) {
    const why = ownerStopped(state, policy.money, change.change_id, read, desk.owner(read.owner_id) ?? desk.saw(read));
    if (why?.code === 'in_flight' || why?.code === 'protected') return { skip: why };
    const owner = desk.saw(read);
    const left = ownerStopped(state, policy.money, change.change_id, read, owner);
    if (left !== null) return { skip: left };
    known.push({ read, owner });
  }
  const drawn = approved(change, legsOf(desk, change, known, limits));
  if ('skip' in drawn) return drawn;
  if (drawn.legs.length === 0) return skip('nothing', 'it is as wanted already');
  return checked(desk, wanted.kind, drawn.legs, known, limits);
}

/** Ads of one owner give it several times. */
const uniqueReads = (reads: readonly BudgetRead[]): readonly BudgetRead[] => [
  ...new Map(reads.map((read) => [read.owner_id, read])).values(),
];

type Drawn = { readonly legs: readonly Leg[] } | { readonly skip: Reason };

function legsOf(desk: Desk, change: Change, known: readonly Known[], limits: MoneyLimits): Drawn {
  const { wanted } = change;
  const [first] = known;
  if (first === undefined) return skip('unread', 'nothing was read');
  switch (wanted.kind) {
    case 'scale':
      return scaled(desk, wanted.experiment_id, first, limits);
    case 'revert':
      return reverted(first, wanted.to_minor);
    case 'pause':
      return paused(wanted.ad_id, first);
    case 'undo':
      return asGiven(wanted.legs, known);
    case 'allocation':
      return allocated(desk, change, wanted.split, known, limits);
  }
}

/** What was approved is done as it was shown, or not at all: what would be planned now must allow it. */
function approved({ approved_by, legs }: Change, drawn: Drawn): Drawn {
  if (approved_by === null || 'skip' in drawn) return drawn;
  const holds = legs.every((leg) => {
    const now = drawn.legs.find(({ id, from_minor }) => id === leg.id && from_minor === leg.from_minor);
    return (
      now !== undefined &&
      (now.to_minor === leg.to_minor || (raises(leg) && (now.to_minor ?? 0) >= (leg.to_minor ?? 0)))
    );
  });
  if (!holds || legs.length !== drawn.legs.length)
    return skip('changed_since', 'what was approved is not what would be planned now');
  return { legs };
}

const budgetLeg = ({ read, owner }: Known, to_minor: number): Leg => ({
  level: read.level,
  id: read.owner_id,
  owner_id: read.owner_id,
  from_minor: owner.minor,
  to_minor,
  to_status: null,
  state: 'planned',
});

/** The next step of a winner: as far as all bounds let it, or why not. */
function scaled(desk: Desk, experiment_id: string, known: Known, limits: MoneyLimits): Drawn {
  const { state, policy, now_ms } = desk;
  const scaling = state.scaling.find((one) => one.experiment_id === experiment_id);
  if (scaling === undefined) return skip('withdrawn', 'the winner was taken back');
  const { read, owner } = known;
  const campaign = state.campaigns.find((one) => one.campaign_id === scaling.campaign_id);
  const why =
    raisesStopped(state, policy.money) ??
    evidenceStopped(campaign, scaling, policy.money) ??
    (scaling.doubt === null ? null : { code: 'doubt', reason: scaling.doubt }) ??
    platformStopped(read, now_ms) ??
    cadence(owner, policy.money, now_ms) ??
    deliveryStopped(read, owner, policy.money);
  if (why !== null) return { skip: why };
  const base = scaling.base_minor ?? owner.minor;
  const goal = {
    most_minor: Math.round(base * policy.money.scale_factor),
    code: 'goal',
    reason: `the goal is ${policy.money.scale_factor} times the ${base} that it was`,
  };
  const bounds = [...boundsOf(owner, policy.money, limits, now_ms), goal].sort((a, b) => a.most_minor - b.most_minor);
  const [tightest] = bounds;
  if (tightest === undefined || tightest.most_minor - owner.minor < policy.money.min_move_share * owner.minor)
    return skip(tightest?.code ?? 'goal', `there is no room for a step: ${tightest?.reason ?? ''}`);
  return { legs: [budgetLeg(known, tightest.most_minor)] };
}

/** Back where it was before the steps; lower than that it is left. */
function reverted(known: Known, to_minor: number): Drawn {
  if (known.read.daily_budget_minor === null) return skip('no_daily_budget', 'there is no daily budget any more');
  if (known.owner.minor <= to_minor) return { legs: [] };
  return { legs: [budgetLeg(known, Math.max(to_minor, known.read.minimum_daily_budget_minor))] };
}

function paused(ad_id: string, { read }: Known): Drawn {
  const ad = read.ads.find((one) => one.ad_id === ad_id);
  if (ad?.effective_status !== 'ACTIVE') return { legs: [] };
  const leg = { level: 'ad', id: ad_id, owner_id: read.owner_id, from_minor: null, to_minor: null } as const;
  return { legs: [{ ...leg, to_status: 'PAUSED', state: 'planned' }] };
}

/** Legs that are given: each owner must still be what it was when they were made. */
function asGiven(legs: readonly Leg[], known: readonly Known[]): Drawn {
  for (const leg of legs) {
    const one = known.find(({ owner }) => owner.owner_id === leg.owner_id);
    if (one === undefined) return skip('moved', `the budget of ${leg.id} sits elsewhere now`);
    if (leg.from_minor !== null && one.owner.minor !== leg.from_minor)
      return skip(
        'changed_outside',
        `${leg.owner_id} is ${one.owner.minor} now, not the ${leg.from_minor} that it was`,
      );
  }
  return { legs: legs.map((leg): Leg => ({ ...leg, state: 'planned' })) };
}

/** A campaign's split, moved towards what is proposed as far as a step goes; lower ones first, so that no sum is above. */
function allocated(desk: Desk, change: Change, split: Split, known: readonly Known[], limits: MoneyLimits): Drawn {
  const { state, policy, now_ms } = desk;
  const { money } = policy;
  const campaign = state.campaigns.find((one) => one.campaign_id === change.campaign_id);
  if (campaign?.design !== 'parallel')
    return skip(
      'design',
      `only ad sets that are compared side by side are split anew, not ${campaign?.design ?? 'what is not declared'}`,
    );
  const impressions = Math.min(...split.arms.map((arm) => arm.impressions));
  const why =
    raisesStopped(state, money) ??
    evidenceStopped(campaign, { metric: 'link_ctr', impressions: Math.round(impressions) }, money);
  if (why !== null) return { skip: why };
  for (const { read, owner } of known) {
    if (state.scaling.some((one) => !one.over && one.owner_id === owner.owner_id))
      return skip('promotion_first', `${owner.owner_id} is raised step by step as a winner`);
    if (read.level === 'campaign') return skip('campaign_budget', 'the platform splits a campaign budget itself');
    const against =
      platformStopped(read, now_ms) ?? cadence(owner, money, now_ms) ?? deliveryStopped(read, owner, money);
    if (against !== null) return { skip: against };
  }
  const now = known.map(({ owner }) => owner.minor);
  const shares = known.map(({ owner }) => split.arms.find((arm) => arm.adset_id === owner.owner_id)?.share ?? 0);
  const parts = splitWithin(now, shares, (minor, i) => rangeOf(desk, known[i], minor, limits));
  if (parts === null) return skip('no_split', 'the limits leave no split of this sum');
  const moved = known.flatMap((one, i) => {
    const to = parts[i] ?? one.owner.minor;
    return to === one.owner.minor ? [] : [budgetLeg(one, to)];
  });
  const most = Math.max(0, ...moved.map((leg) => Math.abs((leg.to_minor ?? 0) / (leg.from_minor ?? 1) - 1)));
  if (most < money.min_move_share) return skip('small', `no part would move by ${money.min_move_share * 100} %`);
  return { legs: [...moved].sort((a, b) => Number(raises(a)) - Number(raises(b))) };
}

function rangeOf(
  { policy, now_ms }: Desk,
  known: Known | undefined,
  minor: number,
  limits: MoneyLimits,
): { readonly least: number; readonly most: number } {
  if (known === undefined) return { least: minor, most: minor };
  const least = Math.max(
    loweredBy(minor, policy.money.step_share),
    limits.min_daily_minor,
    known.read.minimum_daily_budget_minor,
  );
  const most = boundsOf(known.owner, policy.money, limits, now_ms)[0]?.most_minor ?? minor;
  // Where it is already beyond a limit it may stay, and not go further.
  return { least: Math.min(least, minor), most: Math.max(most, minor) };
}

/** What holds for all legs together, and what a person would have to see. */
function checked(
  { state, policy, account_id }: Desk,
  kind: Change['wanted']['kind'],
  legs: readonly Leg[],
  known: readonly Known[],
  limits: MoneyLimits,
): Plan {
  const reads = known.map(({ read }) => read);
  const [first] = reads;
  if (first === undefined) return skip('unread', 'nothing was read');
  const account = accountWith(legs, state.owners, first, policy.money.worst_case_factor);
  const raising = legs.filter(raises);
  const parts = partsWith(account_id, first, legs, policy.money);
  const why =
    raising.length === 0
      ? null
      : (roomFor(raising, reads, limits, account) ??
        overfull(parts, raising, policy.money) ??
        paceFor(state, kind, limits, account.after_minor));
  if (why !== null) return { skip: why };
  const seen: Seen = {
    currency: first.currency,
    account_after_minor: account.after_minor,
    worst_case_minor: account.worst_case_minor,
    affected_ad_ids: [...new Set(reads.flatMap(({ ads }) => ads.map(({ ad_id }) => ad_id)))],
    parts,
    warnings: kind === 'undo' || kind === 'revert' ? [] : viability(legs, reads, state, policy.money),
  };
  return { planned: { legs, seen, approval: approvalNeeded(legs, reads, limits) } };
}

/** A split leaves the sum as it is, and what people undo they want: neither is held against a month or a target. */
const paceFor = (
  state: Desk['state'],
  kind: Change['wanted']['kind'],
  limits: MoneyLimits,
  after_minor: number,
): Reason | null => (kind === 'scale' ? pacing(state, limits, after_minor) : null);
