/** What is told of an ad's last week beside its click rate: how often people see it, and what a click costs. */
import type { Day } from './state.ts';

const week_days = 7;

/** Impressions per person over the last week; null where reach is not given for all of it. */
export function frequencyOf(days: readonly Day[]): number | null {
  const last = days.slice(-week_days);
  if (last.length === 0 || last.some(({ reach }) => reach <= 0)) return null;
  const impressions = last.reduce((sum, day) => sum + day.impressions, 0);
  // Days reach some people twice: the largest day is the least that the week reached.
  return impressions / Math.max(...last.map(({ reach }) => reach));
}

/** Minor units for a link click over the last week; null where spend is not given for all of it, or nobody clicked. */
export function costPerClick(days: readonly Day[]): number | null {
  const last = days.slice(-week_days);
  const clicks = last.reduce((sum, day) => sum + day.clicks, 0);
  if (clicks === 0) return null;
  let spent = 0;
  for (const { spend } of last) {
    if (spend === null || spend <= 0) return null;
    spent += spend;
  }
  return spent / clicks;
}
