/** An account that learns with others of its niche. */
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import type { Operations } from '../../operations/operations.ts';

export const sceneNiche: NicheView = {
  account_id: 'act_1',
  business_id: 'biz_1',
  shares: true,
  niche: { niche: 'home_decor', confidence: 0.83, source: 'creatives' },
  votes: [
    { niche: 'home_decor', creatives: 31 },
    { niche: 'fashion', creatives: 2 },
  ],
  given: {
    ads: 64,
    impressions: 1_240_000,
    rate: 0.0146,
    effects: [{ trait: 'offer', value: 'free_shipping', effect: 0.03, experiments: 3 }],
  },
  pattern: {
    niche: 'home_decor',
    release: 9,
    status: 'released',
    businesses: 312,
    needed: 66,
    traits: [],
    mean_rate: 0.0121,
    mean_rate_log_sd: 0.08,
    accounts_log_sd: 0.5,
    at_ms: Date.UTC(2026, 2, 5),
    policy_version: '1',
  },
  benchmarks: { p25: 0.0086, p50: 0.0121, p75: 0.017, p90: 0.023, standing: 0.64 },
  playbook: [
    { trait: 'hook', value: 'question', effect: 0.06, low: 0.03, high: 0.09, businesses: 312, own_experiments: 0 },
    {
      trait: 'offer',
      value: 'free_shipping',
      effect: 0.04,
      low: 0.01,
      high: 0.07,
      businesses: 312,
      own_experiments: 3,
    },
  ],
  words: 'learns with about 312 businesses of home_decor',
};

/** Joins and leaves as it is asked to. */
export function sceneNiches(): Pick<Operations, 'niche' | 'niches' | 'share_account'> {
  let view = sceneNiche;
  return {
    niche: async () => view,
    niches: async () => [
      { niche: 'home_decor', accounts: 400, businesses: 312, releases: 9, status: 'released', needed: 66 },
      { niche: 'travel', accounts: 3, businesses: 2, releases: 1, status: 'too_few_businesses', needed: 66 },
    ],
    share_account: async ({ account_id, business_id, shares, niche }) => {
      view = { ...sceneNiche, business_id, shares };
      return { account_id, business_id, shares, niche: niche ?? null, changed_ms: 0 };
    },
  };
}
