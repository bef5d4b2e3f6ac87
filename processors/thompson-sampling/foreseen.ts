/** What predictions lead to expect of ad sets before they are shown. */
import type { PredictionMade } from '../../schemas/index.ts';
import type { CampaignPart, Foreseen } from './state.ts';

/** Ads of a campaign of which the expectation is kept; those that came later have none. */
const most_ads = 200;

/** The list with an ad in its ad set; the same list where nothing is new. */
export function withAd(foreseen: readonly Foreseen[], ad_id: string, adset_id: string): readonly Foreseen[] {
  const known = foreseen.find((ad) => ad.ad_id === ad_id);
  if (known?.adset_id === adset_id) return foreseen;
  if (known !== undefined) return foreseen.map((ad) => (ad === known ? { ...ad, adset_id } : ad));
  return foreseen.length < most_ads ? [...foreseen, { ad_id, adset_id, log_lift: 0 }] : foreseen;
}

/** The list with what was predicted of an ad last; an ad that is not known to be in an ad set is left out. */
export const withPrediction = (
  foreseen: readonly Foreseen[],
  { ad_id, rate, baseline_rate }: Pick<PredictionMade, 'ad_id' | 'rate' | 'baseline_rate'>,
): readonly Foreseen[] =>
  foreseen.map((ad) => (ad.ad_id === ad_id ? { ...ad, log_lift: Math.log(rate / baseline_rate) } : ad));

/**
 * What is expected of each ad set of a campaign over the mean of them, on the log scale: of its ads on average, times
 * the share of it that is believed. They sum to 0: the level of the campaign is learned from its own clicks.
 */
export function expectedLifts(
  { foreseen, sums }: Pick<CampaignPart, 'foreseen' | 'sums'>,
  trust: number,
): ReadonlyMap<string, number> {
  const lifts = new Map(
    sums.arms.map(({ arm }) => {
      const ads = foreseen.filter(({ adset_id }) => adset_id === arm);
      return [arm, ads.reduce((sum, { log_lift }) => sum + log_lift, 0) / Math.max(ads.length, 1)];
    }),
  );
  const mean = [...lifts.values()].reduce((sum, lift) => sum + lift, 0) / Math.max(lifts.size, 1);
  return new Map([...lifts].map(([arm, lift]) => [arm, trust * (lift - mean)]));
}
