/** State of the loop as answers for people: how each ad does now, and what may be done. Nothing is decided here. */
import type { Refresh } from '../../learning/fatigue/refresh.ts';
import type { Policy } from '../../policy/policy.ts';
import { day_ms } from '../../schemas/values.ts';
import { levelOn, remedyOf, upTo, type KnownAd } from './end-of-day.ts';
import { judged, type Judged } from './judge.ts';
import { adOf, type AccountState, type Part, type Status } from './state.ts';

export interface AdFatigue extends Omit<Judged['told'], 'previous' | 'status'>, Refresh {
  readonly ad_id: string;
  readonly campaign_id: string;
  /** As told last: a change is told at the end of a day. */
  readonly status: Status;
  /** Days with impressions that it is judged by, those of the comparison included. */
  readonly days: number;
  /** Clicks of the days that are compared with. */
  readonly baseline_clicks: number;
  /** Begin of its last day, UTC epoch milliseconds. */
  readonly last_day_ms: number;
}

export interface FatigueView {
  readonly ads: readonly AdFatigue[];
  /** Days of an ad that are only compared with, and clicks that they must have. */
  readonly baseline_days: number;
  readonly baseline_clicks: number;
  /** Relative loss that is critical, fraction. */
  readonly critical_loss: number;
}

/**
 * Every ad of an account as of its last whole day, those with most evidence against them first.
 * @param now_ms the account's time, UTC epoch milliseconds: the day it lies in is not over
 */
export function fatigueView(
  state: AccountState,
  parts: ReadonlyMap<string, Part>,
  { now_ms, policy }: { readonly now_ms: number; readonly policy: Policy },
): FatigueView {
  const rules = policy.fatigue;
  const today = Math.floor(now_ms / day_ms) - 1;
  const known = state.ads.flatMap((ad_id): readonly KnownAd[] => {
    const ad = adOf(parts, ad_id);
    return ad === undefined ? [] : [{ ad_id, ad: { ...ad, days: upTo(today, ad) } }];
  });
  const level = levelOn(today, known);
  const least_experiments = policy.dna.least_experiments;
  const knowledge = { winners: state.winners, parts, statuses: new Map<string, Status>(), least_experiments };
  const ads = known.map(({ ad_id, ad }): AdFatigue => {
    const { told } = judged(ad, level, rules);
    const { previous: _, status: __, ...words } = told;
    const first = ad.days.slice(0, rules.baseline_days);
    return {
      ad_id,
      campaign_id: ad.campaign_id,
      ...words,
      ...remedyOf(ad_id, words, knowledge),
      status: ad.status,
      days: ad.days.length,
      baseline_clicks: first.reduce((sum, { clicks }) => sum + clicks, 0),
      last_day_ms: (ad.days.at(-1)?.day ?? today) * day_ms,
    };
  });
  return {
    ads: ads.toSorted((a, b) => b.evidence - a.evidence || b.days - a.days || (a.ad_id < b.ad_id ? -1 : 1)),
    baseline_days: rules.baseline_days,
    baseline_clicks: rules.baseline_clicks,
    critical_loss: rules.critical_loss,
  };
}
