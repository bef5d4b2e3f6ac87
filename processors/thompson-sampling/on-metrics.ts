/** A snapshot of an ad's window: its difference to the last one enters the sums. */
import { emptyCampaign, observed, withArm } from '../../learning/allocation/campaign.ts';
import { withCell } from '../../learning/allocation/factors.ts';
import type { AllocationPolicy } from '../../policy/allocation.ts';
import type { AdMetrics } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { contextName, withWindow } from '../snapshots/ads.ts';
import { dayOf, entered } from '../snapshots/book.ts';
import { hourOfDay } from './hour-of-day.ts';
import {
  campaignPartName,
  dayPartName,
  type AccountState,
  type CampaignEntry,
  type CampaignPart,
  type ContextFactors,
  type Part,
} from './state.ts';

/** Platforms restate for 28 days; two more for what arrives late. */
export const keep_ms = 30 * day_ms;

/** Contexts an account learns factors for; more than these count as average. */
const most_contexts = 256;

export const emptyCampaignPart = (policy: AllocationPolicy): CampaignPart => ({
  kind: 'campaign',
  objective: 'unknown',
  sums: emptyCampaign(policy.half_lives_hours),
  rates: [],
  ads: [],
  foreseen: [],
});

export const campaignPartOf = (parts: ReadonlyMap<string, Part>, name: string): CampaignPart | undefined => {
  const part = parts.get(name);
  return part?.kind === 'campaign' ? part : undefined;
};

/** The account's list with a campaign's times moved forward; the same list where they do not move. */
export function withCampaign(
  campaigns: readonly CampaignEntry[],
  campaign_id: string,
  active_until_ms: number,
  keep_until_ms: number,
): readonly CampaignEntry[] {
  const known = campaigns.find((entry) => entry.campaign_id === campaign_id);
  if (known === undefined) return [...campaigns, { campaign_id, active_until_ms, keep_until_ms, moments: null }];
  if (known.active_until_ms >= active_until_ms && known.keep_until_ms >= keep_until_ms) return campaigns;
  const moved: CampaignEntry = {
    ...known,
    active_until_ms: Math.max(known.active_until_ms, active_until_ms),
    keep_until_ms: Math.max(known.keep_until_ms, keep_until_ms),
  };
  return campaigns.map((entry) => (entry === known ? moved : entry));
}

/** Adds a difference to the cell of a context, which is made where there is room. */
function withContext(contexts: ContextFactors, name: string, clicks: number, expected: number): ContextFactors {
  if (name === '') return contexts;
  const cell = contexts.names.indexOf(name);
  if (cell >= 0) return { ...contexts, sums: withCell(contexts.sums, cell, clicks, expected) };
  if (contexts.names.length >= most_contexts) return contexts;
  const { names, sums, factors } = contexts;
  const grown = { clicks: [...sums.clicks, 0], expected: [...sums.expected, 0] };
  return {
    names: [...names, name],
    sums: withCell(grown, names.length, clicks, expected),
    factors: [...factors, 1],
  };
}

interface Place {
  readonly hour: number | null;
  readonly hour_factor: number;
  readonly context: string;
  readonly context_factor: number;
}

/** The factors' sums after a difference: each cell expects what arm and the other factors lead to expect. */
function withFactors(
  state: AccountState,
  rate: number,
  impressions: number,
  clicks: number,
  place: Place,
): AccountState {
  const { hour, hour_factor, context, context_factor } = place;
  const hours =
    hour === null
      ? state.hours
      : { ...state.hours, sums: withCell(state.hours.sums, hour, clicks, impressions * rate * context_factor) };
  return { ...state, hours, contexts: withContext(state.contexts, context, clicks, impressions * rate * hour_factor) };
}

export interface Taken {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part>;
}

/** State and parts after a snapshot; null where it says nothing new. Throws where its window overlaps others. */
export function takeMetrics(
  state: AccountState,
  event: AdMetrics,
  parts: ReadonlyMap<string, Part>,
  policy: AllocationPolicy,
): Taken | null {
  const { campaign_id, ad_id, adset_id, window_start_ms, window_end_ms } = event;
  const campaignName = campaignPartName(campaign_id);
  const campaign = campaignPartOf(parts, campaignName) ?? emptyCampaignPart(policy);
  // Its book may be gone: taken again, it would count twice.
  if (window_end_ms < campaign.sums.at_ms - keep_ms) return null;
  const context = contextName(event.context);
  const dayName = dayPartName(campaign_id, ad_id, dayOf(window_start_ms), context);
  const book = parts.get(dayName);
  const context_factor = state.contexts.factors[state.contexts.names.indexOf(context)] ?? 1;
  const hourly = window_end_ms - window_start_ms <= hour_ms;
  const hour_factor = hourly ? (state.hours.factors[Math.floor(window_start_ms / hour_ms) % 24] ?? 1) : 1;
  const ads = withWindow(campaign.ads, event, context);
  const rows = book?.kind === 'day' ? book.rows : [];
  const taken = entered(rows, event, [event.impressions, event.link_clicks], [hour_factor * context_factor]);
  if (taken === null) return null;
  const [impressions = 0, clicks = 0] = taken.differences;
  const [factor = 1] = taken.kept;
  const known = withArm(campaign.sums, adset_id);
  const arm = known.arms.findIndex((one) => one.arm === adset_id);
  const rate = campaign.rates[arm] ?? state.prior?.rate ?? policy.prior_rate;
  const sums = observed(known, { arm: adset_id, window_end_ms, exposure: impressions * factor, clicks });
  const hour = hourOfDay(event, taken.before_ms);
  const next = withFactors(state, rate, impressions, clicks, { hour, hour_factor, context, context_factor });
  const active_until_ms = window_end_ms + policy.active_hours * hour_ms;
  return {
    state: { ...next, campaigns: withCampaign(state.campaigns, campaign_id, active_until_ms, window_end_ms + keep_ms) },
    parts: new Map<string, Part>([
      [campaignName, { ...campaign, sums, ads }],
      [dayName, { kind: 'day', rows: taken.rows }],
    ]),
  };
}
