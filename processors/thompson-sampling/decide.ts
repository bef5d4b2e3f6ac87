/** The loop's handlers. */
import { withArm } from '../../learning/allocation/campaign.ts';
import type { Policy } from '../../policy/policy.ts';
import { allocationProposed } from '../../schemas/index.ts';
import { processor, type Decide } from '../../topology/processor.ts';
import { campaignPartOf, emptyCampaignPart, keep_ms, takeMetrics, withCampaign } from './on-metrics.ts';
import { patternAfter } from '../niche-pattern.ts';
import { expectationOf } from './expectation.ts';
import { withAd, withPrediction } from './foreseen.ts';
import { takeTick } from './on-tick.ts';
import { campaignPartName, type NicheExpectation, type Part } from './state.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  /** Makes the ad set an arm, so that it gets its floor share before it has data. */
  'ad.created': (state, { campaign_id, ad_id, adset_id, created_ms, objective }, { parts, policy }) => {
    const name = campaignPartName(campaign_id);
    const known = campaignPartOf(parts, name);
    const part = known ?? emptyCampaignPart(policy.allocation);
    const sums = withArm(part.sums, adset_id);
    const paid = objective === 'unknown' ? part.objective : objective;
    const foreseen = withAd(part.foreseen, ad_id, adset_id);
    if (known !== undefined && sums === part.sums && paid === part.objective && foreseen === part.foreseen)
      return { state };
    return {
      state: { ...state, campaigns: withCampaign(state.campaigns, campaign_id, 0, created_ms + keep_ms) },
      parts: new Map<string, Part>([[name, { ...part, sums, objective: paid, foreseen }]]),
    };
  },

  // What is predicted later has the ad's own counts in it, which are in the sums.
  'prediction.made': (state, event, { parts }) => {
    const name = campaignPartName(event.campaign_id);
    const part = campaignPartOf(parts, name);
    if (event.stage !== 'cold' || part === undefined) return { state };
    return {
      state,
      parts: new Map<string, Part>([[name, { ...part, foreseen: withPrediction(part.foreseen, event) }]]),
    };
  },

  'ad.metrics': (state, event, { parts, policy }) => takeMetrics(state, event, parts, policy.allocation) ?? { state },

  'niche.pattern.updated': ({ niche: before, ...state }, event) => {
    const niche = patternAfter<NicheExpectation>(before ?? null, event, expectationOf);
    return { state: niche === null ? state : { ...state, niche } };
  },

  'tick.hourly': (state, { hour_ms }, { key, at_ms, seed, parts, policy }) => {
    const ticked = takeTick(state, parts, { account_id: key, hour_ms, at_ms, seed, policy });
    return {
      state: ticked.state,
      dormant: ticked.state.campaigns.length === 0,
      parts: ticked.parts,
      emit: ticked.proposals.map((proposal) => allocationProposed.event(proposal)),
    };
  },
};

export const thompsonSampling = processor(wiring, decide);
