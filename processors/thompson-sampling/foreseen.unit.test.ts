import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaMean } from '../../learning/allocation/beta.ts';
import { emptyCampaign, withArm } from '../../learning/allocation/campaign.ts';
import { liftedPriors } from '../../learning/allocation/prior.ts';
import { expectedLifts, withAd, withPrediction } from './foreseen.ts';
import type { Foreseen } from './state.ts';

const campaign = (foreseen: readonly Foreseen[], ...arms: readonly string[]) => ({
  foreseen,
  sums: arms.reduce(withArm, emptyCampaign([24])),
});

describe('what predictions lead to expect of ad sets', () => {
  it('is what was said of their ads, over the mean of the ad sets', () => {
    const ads = [
      { ad_id: 'a1', adset_id: 'a', log_lift: 0.3 },
      { ad_id: 'a2', adset_id: 'a', log_lift: 0.1 },
      { ad_id: 'b1', adset_id: 'b', log_lift: 0 },
    ];
    // Means .2 and 0, so .1 over and .1 below the mean of both.
    const lifts = expectedLifts(campaign(ads, 'a', 'b'), 1);
    expect(lifts.get('a')).toBeCloseTo(0.1, 12);
    expect(lifts.get('b')).toBeCloseTo(-0.1, 12);
    expect(expectedLifts(campaign(ads, 'a', 'b'), 0.5).get('a')).toBeCloseTo(0.05, 12);
  });

  it('is nothing where no ad was predicted, or none is believed', () => {
    const none = campaign([], 'a', 'b');
    expect([...expectedLifts(none, 1).values()]).toEqual([0, 0]);
    const ads = [{ ad_id: 'a1', adset_id: 'a', log_lift: 2 }];
    expect([...expectedLifts(campaign(ads, 'a', 'b'), 0).values()].map(Math.abs)).toEqual([0, 0]);
  });

  it('sums to nothing, so that it moves budgets between ad sets and not the level of the campaign', () => {
    const lift = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(lift, { minLength: 1, maxLength: 9 }), (all) => {
        const ads = all.map((log_lift, i) => ({ ad_id: `ad${i}`, adset_id: `set${i}`, log_lift }));
        const lifts = expectedLifts(campaign(ads, ...ads.map(({ adset_id }) => adset_id)), 1);
        expect([...lifts.values()].reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 9);
      }),
    );
  });

  it('follows an ad that moves to another ad set, and the last prediction of it', () => {
    const known = withAd(withAd([], 'x', 'a'), 'y', 'b');
    expect(withAd(known, 'x', 'a')).toBe(known);
    const told = withPrediction(known, { ad_id: 'x', rate: 0.03, baseline_rate: 0.02 });
    expect(told[0]?.log_lift).toBeCloseTo(Math.log(1.5), 12);
    expect(withAd(told, 'x', 'b')[0]).toEqual({ ...told[0], adset_id: 'b' });
    expect(withPrediction(told, { ad_id: 'stranger', rate: 0.1, baseline_rate: 0.02 })).toEqual(told);
  });

  it('moves the mean of a prior and not what it is worth against the ad sets’ own clicks', () => {
    const moments = { rate: 0.02, own_rate: 0.02, own_precision: 0, cv2_sum: 0, cv2_weight: 0 };
    const of = liftedPriors(moments, { rate: 0.02, cv2: 0.09 }, new Map([['a', Math.log(1.2)]]));
    expect(betaMean(of('a'))).toBeCloseTo(0.024, 9);
    expect(betaMean(of('another'))).toBeCloseTo(0.02, 9);
    // Shape of a beta with this coefficient of variation: about 1/cv², clicks that it is worth.
    expect(of('a').a).toBeCloseTo(of('another').a, 0);
  });
});
