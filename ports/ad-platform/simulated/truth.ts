/** What is true of the ads of simulated accounts, whether their campaigns are still listed or not. */
import { accounts, createdHour, planned } from './plan.ts';

export interface TrueAd {
  readonly account_id: string;
  readonly campaign_id: string;
  readonly ad_id: string;
  readonly adset_id: string;
  /** True rate of clicks on the link, fraction, before the audience tires; that and drift scale a campaign's ads alike. */
  readonly rate: number;
}

/** All ads that a simulation with this seed has created in its first `hours` hours. */
export function trueAds(seed: number, hours: number): readonly TrueAd[] {
  return accounts.flatMap(({ account_id }, a) => {
    const ads: TrueAd[] = [];
    for (let n = 0; createdHour(a, n) <= hours; n++) {
      const { campaign_id, arms } = planned(seed, a, n);
      ads.push(...arms.map(({ ad_id, adset_id, rate }) => ({ account_id, campaign_id, ad_id, adset_id, rate })));
    }
    return ads;
  });
}
