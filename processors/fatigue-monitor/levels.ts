/** What happens to the whole account: how often it is clicked day by day, and what a click costs. */
import {
  accountLevel,
  besideAccount,
  usual_clicks,
  type AccountLevel,
  type CountedDay,
} from '../../learning/fatigue/level.ts';
import type { Day } from './state.ts';

export interface Levels {
  readonly clicks: AccountLevel;
  /** Spend against what each ad's clicks cost in the mean. */
  readonly cost: AccountLevel;
  /** What "as usual" is worth in spend: that of as many clicks as it is worth in clicks. */
  readonly usual_spend: number;
}

/** Spend counted against clicks, as clicks are against impressions; days of which spend is not given are left out. */
const costDays = (days: readonly Day[]): readonly CountedDay[] =>
  days.flatMap(({ day, clicks, spend }) =>
    spend === null || spend <= 0 ? [] : [{ day, impressions: clicks, clicks: spend }],
  );

export function levelsOf(ads: readonly (readonly Day[])[]): Levels {
  const costs = ads.map(costDays);
  const all = costs.flat();
  const clicks = all.reduce((sum, day) => sum + day.impressions, 0);
  const spend = all.reduce((sum, day) => sum + day.clicks, 0);
  return {
    clicks: accountLevel(ads),
    cost: accountLevel(costs),
    usual_spend: clicks > 0 ? (usual_clicks * spend) / clicks : 0,
  };
}

/** Clicks on either side of a day below which their cost is not compared. */
const least_clicks = 20;

/**
 * Change of what a click of an ad costs from a day on against the days before it, beside the account, fraction; null
 * where spend is not given for every day of it, or clicks are few.
 */
export function costChange(days: readonly Day[], since_day: number | null, levels: Levels): number | null {
  const costs = costDays(days);
  if (since_day === null || costs.length < days.length) return null;
  const beside = besideAccount(costs, levels.cost, levels.usual_spend);
  const sums = (chosen: (day: number) => boolean): { readonly cost: number; readonly clicks: number } => {
    const of = beside.filter(({ day }) => chosen(day));
    const exposure = of.reduce((sum, day) => sum + day.exposure, 0);
    const clicks = days.reduce((sum, day) => sum + (chosen(day.day) ? day.clicks : 0), 0);
    return { cost: of.reduce((sum, day) => sum + day.clicks, 0) / exposure, clicks };
  };
  const before = sums((day) => day < since_day);
  const after = sums((day) => day >= since_day);
  return Math.min(before.clicks, after.clicks) < least_clicks ? null : after.cost / before.cost - 1;
}
