/** State as answers for people: what the loop knows of an account and of a campaign, without deciding anything. */
import { allocate } from '../../learning/allocation/allocate.ts';
import { longestTotals } from '../../learning/allocation/campaign.ts';
import { accountPrior, armPrior, liftedPriors, moments } from '../../learning/allocation/prior.ts';
import type { AllocationPolicy } from '../../policy/allocation.ts';
import { expected } from './expectation.ts';
import { expectedLifts } from './foreseen.ts';
import type { AccountState, CampaignPart } from './state.ts';

export interface AccountView {
  readonly campaigns: readonly { readonly campaign_id: string; readonly active_until_ms: number }[];
  /** Click rate expected of a campaign of the account, fraction. */
  readonly rate: number | null;
  /** Standard deviation of click rates between the ad sets of a campaign, relative to their mean. */
  readonly relative_sd: number | null;
  /** Click rate by hour of day (UTC) over the day's mean. */
  readonly hour_factors: readonly number[];
  /** Click rate by context over the mean. */
  readonly context_factors: readonly { readonly context: string; readonly factor: number; readonly clicks: number }[];
}

export const accountView = (state: AccountState): AccountView => ({
  campaigns: state.campaigns.map(({ campaign_id, active_until_ms }) => ({ campaign_id, active_until_ms })),
  rate: state.prior?.rate ?? null,
  relative_sd: state.prior === null ? null : Math.sqrt(state.prior.cv2),
  hour_factors: state.hours.factors,
  context_factors: state.contexts.names.map((context, i) => ({
    context,
    factor: state.contexts.factors[i] ?? 1,
    clicks: state.contexts.sums.clicks[i] ?? 0,
  })),
});

/** An ad set of a campaign. Rates are link clicks per impression, fractions. */
export interface ArmView {
  readonly adset_id: string;
  readonly p_best: number;
  /** Share of the budget that it would get now. */
  readonly propensity: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Of choosing it for good, in clicks per impression. */
  readonly expected_loss: number;
  /** As they are remembered: old ones count less. */
  readonly impressions: number;
  /** Click rate that predictions led to expect over the mean of the campaign's ad sets, fraction. */
  readonly predicted_lift: number;
}

export interface CampaignView {
  /** How much each half-life is believed. */
  readonly half_lives: readonly { readonly hours: number; readonly weight: number }[];
  readonly effective_prior_impressions: number;
  readonly arms: readonly ArmView[];
}

/** What would be proposed now, less the draws: exact propensities on the sums as they stand. */
export function campaignView(state: AccountState, part: CampaignPart, policy: AllocationPolicy): CampaignView {
  const account = state.prior ?? accountPrior([], expected(state, policy));
  const own = moments(longestTotals(part.sums), account);
  const prior = armPrior(own, account);
  const lifts = expectedLifts(part, policy.prediction_trust);
  const split = allocate(part.sums, liftedPriors(own, account, lifts), { ...policy, draws: 0 }, 0);
  return {
    half_lives: part.sums.half_lives_hours.map((hours, h) => ({ hours, weight: part.sums.weights[h] ?? 0 })),
    effective_prior_impressions: prior.a + prior.b,
    arms: split.arms.map(({ arm, p_best, propensity, mean, low, high, expected_loss, impressions }) => ({
      adset_id: arm,
      p_best,
      propensity,
      mean,
      low,
      high,
      expected_loss,
      impressions,
      predicted_lift: Math.expm1(lifts.get(arm) ?? 0),
    })),
  };
}
