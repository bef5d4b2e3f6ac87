/** The end of an hour: what waited too long ends, what is uncertain is looked at again, and new steps are decided. */
import { day_ms, hour_ms } from '../../schemas/values.ts';
import type { Desk } from './desk.ts';
import { raisesStopped, stopped } from './guards.ts';
import { runNext } from './saga.ts';
import { settle_ms, type Campaign, type Change, type Scaling } from './state.ts';

/** An answer that did not come for so long will not: its record went astray. */
const lost_ms = 2 * hour_ms;
const forget_ms = 30 * day_ms;

export function takeTick(desk: Desk): void {
  expire(desk);
  dropLost(desk);
  forget(desk);
  for (const scaling of desk.state.scaling) nextStep(desk, scaling);
  for (const campaign of desk.state.campaigns) nextSplit(desk, campaign);
  runNext(desk);
}

function expire(desk: Desk): void {
  for (const change of desk.state.open)
    if (change.state === 'awaiting_approval' && (change.waits_until_ms ?? Infinity) < desk.now_ms)
      desk.end(change, 'expired', { code: 'expired', reason: 'nobody approved it in time' });
}

/** Whoever waits for an answer that will not come goes on: it is read what was done. */
function dropLost(desk: Desk): void {
  const { active, state, now_ms } = desk;
  if (active === undefined || now_ms - active.called_ms < lost_ms) return;
  state.active = null;
  if (active.phase === 'read' || active.phase === 'reserve')
    return desk.end(active, 'cancelled', { code: 'no_answer', reason: 'no answer came' });
  if (active.phase !== 'write') {
    desk.put({ ...active, retry_ms: now_ms });
    return;
  }
  const legs = active.legs.map((leg) => (leg.state === 'writing' ? { ...leg, state: 'uncertain' as const } : leg));
  const uncertain: Change = { ...active, legs, state: 'uncertain', phase: 'settle', retry_ms: now_ms + settle_ms };
  desk.tell(desk.put(uncertain), 'uncertain', { code: 'no_answer', reason: 'no answer came to a write' });
}

function forget({ state, now_ms }: Desk): void {
  const held = new Set(state.open.flatMap(({ legs }) => legs.map(({ owner_id }) => owner_id)));
  const campaigns = state.campaigns.filter(({ seen_ms }) => now_ms - seen_ms < forget_ms);
  if (campaigns.length < state.campaigns.length) state.campaigns = campaigns;
  const owners = state.owners.filter((one) => held.has(one.owner_id) || now_ms - one.day_start_ms < forget_ms);
  if (owners.length < state.owners.length) state.owners = owners;
  const scaling = state.scaling.filter(({ over, requested_ms }) => !over || now_ms - requested_ms < 3 * forget_ms);
  if (scaling.length < state.scaling.length) state.scaling = scaling;
}

const isTime = (desk: Desk, tried_ms: number): boolean =>
  desk.now_ms - tried_ms >= desk.policy.money.cooldown_hours * hour_ms;

/** One step of a winner, where it is time for one. */
function nextStep(desk: Desk, scaling: Scaling): void {
  const { policy, state, now_ms } = desk;
  const { experiment_id, ad_id, request_id, campaign_id } = scaling;
  const is_open = state.open.some(({ wanted }) => wanted.kind === 'scale' && wanted.experiment_id === experiment_id);
  if (scaling.over || is_open || !isTime(desk, scaling.tried_ms)) return;
  const is_old = now_ms - scaling.confirmed_ms > policy.money.request_hours * hour_ms;
  const goal = scaling.base_minor === null ? Infinity : Math.round(scaling.base_minor * policy.money.scale_factor);
  const owner = scaling.owner_id === null ? undefined : desk.owner(scaling.owner_id);
  const is_there = (owner?.minor ?? 0) >= goal;
  const next = { ...scaling, tried_ms: now_ms, over: is_old || is_there };
  state.scaling = state.scaling.map((one) => (one === scaling ? next : one));
  const change = desk.open({
    wanted: { kind: 'scale', experiment_id },
    actor: 'auto-promoter',
    subjects: [{ level: 'ad', id: ad_id }],
    request_id,
    campaign_id,
  });
  if (is_there) return desk.end(change, 'skipped', { code: 'goal', reason: 'its budget is where it was to get to' });
  if (is_old) {
    const reason = `no evidence confirmed it for ${policy.money.request_hours} hours`;
    return desk.end(change, 'skipped', { code: 'old_evidence', reason });
  }
  notAtAll(desk, change);
}

/** A campaign's proposed split, where it is time for one. */
function nextSplit(desk: Desk, campaign: Campaign): void {
  const { state, now_ms, policy } = desk;
  const { campaign_id, split } = campaign;
  const is_open = state.open.some((one) => one.wanted.kind === 'allocation' && one.campaign_id === campaign_id);
  if (split === null || is_open || !isTime(desk, campaign.tried_ms)) return;
  state.campaigns = state.campaigns.map((one) => (one === campaign ? { ...one, split: null, tried_ms: now_ms } : one));
  const change = desk.open({
    wanted: { kind: 'allocation', split },
    actor: 'thompson-sampling',
    subjects: split.arms.map(({ adset_id }) => ({ level: 'adset', id: adset_id })),
    campaign_id,
  });
  const reason = designAgainst(campaign);
  if (!policy.money.allocate)
    desk.end(change, 'skipped', { code: 'not_allocated', reason: 'the policy leaves splits as they are' });
  else if (reason !== null) desk.end(change, 'skipped', { code: 'design', reason });
  else notAtAll(desk, change);
}

/** Why a campaign's split is not ours to change; null where it may be. */
export function designAgainst({ design }: Pick<Campaign, 'design'>): string | null {
  if (design === 'parallel') return null;
  return design === null
    ? 'no experiment is known that compares its ad sets'
    : `only ad sets that are compared side by side are split anew, not ${design} ones`;
}

/** What the account forbids needs no look at the platform. */
function notAtAll(desk: Desk, change: Change): void {
  const why = stopped(desk.state) ?? raisesStopped(desk.state, desk.policy.money);
  if (why !== null) desk.end(change, 'skipped', why);
}
