/** What loops ask for, and what is learned of campaigns and winners. */
import {
  isPaidForConversions,
  type AdCreated,
  type AllocationProposed,
  type BudgetChangeRequested,
  type EvidenceChanged,
} from '../../schemas/index.ts';
import type { Desk } from './desk.ts';
import type { Reason } from './guards.ts';
import { runNext } from './saga.ts';
import { withItem, type Campaign, type Scaling } from './state.ts';

const newCampaign = (campaign_id: string): Campaign => ({
  campaign_id,
  design: null,
  provenance: null,
  paid_for_conversions: false,
  split: null,
  tried_ms: 0,
  seen_ms: 0,
});

function putCampaign({ state, now_ms }: Desk, campaign_id: string, given: Partial<Campaign>): void {
  const known = state.campaigns.find((one) => one.campaign_id === campaign_id) ?? newCampaign(campaign_id);
  const campaign = { ...known, ...given, seen_ms: now_ms };
  state.campaigns = withItem(state.campaigns, campaign, (one) => one.campaign_id === campaign_id);
}

export function takeAd(desk: Desk, { campaign_id, objective }: AdCreated): void {
  if (isPaidForConversions(objective)) putCampaign(desk, campaign_id, { paid_for_conversions: true });
}

/** The newest split of a campaign waits for the end of the hour. */
export function takeSplit(desk: Desk, { campaign_id, arms, hour_ms }: AllocationProposed): void {
  const split = {
    arms: arms.map(({ adset_id, share, impressions }) => ({ adset_id, share, impressions })),
    hour_ms,
  };
  putCampaign(desk, campaign_id, { split });
}

/** A winner is to be scaled, or was taken back. */
export function takeRequest(desk: Desk, request: BudgetChangeRequested): void {
  if (request.kind === 'revert') return revert(desk, request);
  const { state, now_ms } = desk;
  const { request_id, experiment_id, campaign_id, adset_id, ad_id, primary_metric, impressions, provenance } = request;
  putCampaign(desk, campaign_id, { provenance });
  const subjects = [{ level: 'ad' as const, id: ad_id }];
  const wanted = { kind: 'scale' as const, experiment_id };
  if (request.held_out) {
    const left = desk.open({ wanted, actor: 'auto-promoter', subjects, request_id, campaign_id });
    const reason = `${ad_id} is left as it is by lot: what promotions earn is measured against such winners.`;
    return desk.end(left, 'skipped', { code: 'held_out', reason });
  }
  const scaling: Scaling = {
    request_id,
    experiment_id,
    campaign_id,
    adset_id,
    ad_id,
    metric: primary_metric,
    impressions,
    provenance,
    base_minor: null,
    owner_id: null,
    requested_ms: now_ms,
    confirmed_ms: now_ms,
    doubt: null,
    tried_ms: 0,
    over: false,
    blocks: 0,
    beaten: [],
  };
  const replaced = state.scaling.find((one) => one.experiment_id === experiment_id);
  if (replaced?.request_id !== request_id)
    dropUntold(desk, replaced, { code: 'replaced', reason: `${request_id} came in its place` });
  state.scaling = withItem(state.scaling, scaling, (one) => one.experiment_id === experiment_id);
}

/** A request whose turn never came is told too why nothing came of it. */
function dropUntold(desk: Desk, scaling: Scaling | undefined, why: Reason): void {
  if (scaling === undefined || scaling.tried_ms > 0) return;
  const { experiment_id, ad_id, request_id, campaign_id } = scaling;
  const change = desk.open({
    wanted: { kind: 'scale', experiment_id },
    actor: 'auto-promoter',
    subjects: [{ level: 'ad', id: ad_id }],
    request_id,
    campaign_id,
  });
  desk.end(change, 'cancelled', why);
}

/** Steps that wait are given up; those that were made go back. */
function revert(desk: Desk, { experiment_id, campaign_id, ad_id, request_id, reason }: BudgetChangeRequested): void {
  const { state } = desk;
  const scaling = state.scaling.find((one) => one.experiment_id === experiment_id);
  state.scaling = state.scaling.filter((one) => one !== scaling);
  dropUntold(desk, scaling, { code: 'withdrawn', reason });
  for (const change of state.open)
    if (isWaiting(change.state) && change.change_id !== state.active && aboutWinner(change.wanted, experiment_id))
      desk.end(change, 'cancelled', { code: 'withdrawn', reason });
  const began = beganAt(desk, experiment_id, scaling);
  const change = desk.open({
    wanted: { kind: 'revert', experiment_id, owner_id: began?.owner_id ?? '', to_minor: began?.minor ?? 0 },
    actor: 'auto-promoter',
    subjects: [{ level: 'ad', id: ad_id }],
    request_id,
    campaign_id,
  });
  if (began === null) desk.end(change, 'skipped', { code: 'nothing', reason: 'no step was made for it' });
  runNext(desk);
}

/** Owner and daily budget before the first step of a winner; null where none was made or is on its way. */
function beganAt(
  { state }: Desk,
  experiment_id: string,
  scaling: Scaling | undefined,
): { readonly owner_id: string; readonly minor: number } | null {
  if (scaling !== undefined && scaling.base_minor !== null && scaling.owner_id !== null)
    return { owner_id: scaling.owner_id, minor: scaling.base_minor };
  const first = state.open.find(({ wanted }) => wanted.kind === 'scale' && wanted.experiment_id === experiment_id);
  const [leg] = first?.legs ?? [];
  return leg === undefined || leg.from_minor === null ? null : { owner_id: leg.owner_id, minor: leg.from_minor };
}

const isWaiting = (state: string): boolean => state === 'queued' || state === 'awaiting_approval';

const aboutWinner = (
  wanted: { readonly kind: string; readonly experiment_id?: string },
  experiment_id: string,
): boolean => (wanted.kind === 'scale' || wanted.kind === 'pause') && wanted.experiment_id === experiment_id;

/** Evidence confirms a winner or casts doubt on it; rivals that it beats again and again are switched off. */
export function takeEvidence(desk: Desk, evidence: EvidenceChanged): void {
  const { experiment_id, campaign_id, design, provenance } = evidence;
  putCampaign(desk, campaign_id, { design, provenance });
  const scaling = desk.state.scaling.find((one) => one.experiment_id === experiment_id);
  if (scaling === undefined) return;
  const doubt = doubtOf(scaling, evidence);
  const is_new = evidence.blocks > scaling.blocks;
  const beaten = is_new ? beatenBy(scaling, evidence, doubt) : scaling.beaten;
  const next = {
    ...scaling,
    doubt,
    beaten,
    blocks: Math.max(scaling.blocks, evidence.blocks),
    confirmed_ms: doubt === null ? desk.now_ms : scaling.confirmed_ms,
  };
  desk.state.scaling = withItem(desk.state.scaling, next, (one) => one.experiment_id === experiment_id);
  if (is_new) pauseBeaten(desk, next);
}

function doubtOf(
  { ad_id }: Scaling,
  { leading_ad_id, guardrail_broken, srm_p, reason }: EvidenceChanged,
): string | null {
  if (leading_ad_id !== ad_id) return `${leading_ad_id ?? 'nothing'} leads now: ${reason}`;
  if (guardrail_broken !== null) return `a guardrail is broken: ${guardrail_broken}`;
  return srm_p !== null && srm_p < 0.001 ? 'users are not assigned as planned' : null;
}

/** How often in a row each rival was beaten; one time it is not begins again. */
function beatenBy(scaling: Scaling, evidence: EvidenceChanged, doubt: string | null): Scaling['beaten'] {
  const winner = evidence.arms.find(({ ad_id }) => ad_id === scaling.ad_id);
  return evidence.arms
    .filter(({ ad_id }) => ad_id !== scaling.ad_id)
    .map(({ ad_id, rate }) => {
      const before = scaling.beaten.find((one) => one.ad_id === ad_id)?.times ?? 0;
      const holds =
        doubt === null && !evidence.restated && evidence.e_value >= evidence.threshold && rate < (winner?.rate ?? 0);
      return { ad_id, times: holds ? before + 1 : 0 };
    });
}

function pauseBeaten(desk: Desk, { experiment_id, campaign_id, request_id, beaten }: Scaling): void {
  const { pause_after } = desk.policy.money;
  for (const { ad_id, times } of beaten) {
    if (pause_after === 0 || times !== pause_after) continue;
    const change = desk.open({
      wanted: { kind: 'pause', experiment_id, ad_id },
      actor: 'auto-promoter',
      subjects: [{ level: 'ad', id: ad_id }],
      request_id,
      campaign_id,
    });
    // Where conversions are not counted, ads look worse than they are.
    if (desk.state.health?.tracking_lost === true)
      desk.end(change, 'skipped', {
        code: 'tracking_lost',
        reason: 'no ad is switched off while conversions are not counted',
      });
  }
  runNext(desk);
}
