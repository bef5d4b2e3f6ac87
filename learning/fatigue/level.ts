/** How the whole account does, day by day: what every ad shares is no fatigue of one. */

export interface CountedDay {
  readonly day: number;
  readonly impressions: number;
  readonly clicks: number;
}

/** Clicks that "as usual" is worth against those of the other ads. */
const usual_clicks = 30;

interface Sums {
  readonly clicks: number;
  readonly expected: number;
}

/** By day: clicks of all ads, and what they were at each ad's own mean. */
export type AccountLevel = ReadonlyMap<number, Sums>;

const meanRate = (days: readonly CountedDay[]): number => {
  const impressions = days.reduce((sum, day) => sum + day.impressions, 0);
  return impressions > 0 ? days.reduce((sum, day) => sum + day.clicks, 0) / impressions : 0;
};

export function accountLevel(ads: readonly (readonly CountedDay[])[]): AccountLevel {
  const level = new Map<number, Sums>();
  for (const days of ads) {
    const rate = meanRate(days);
    for (const { day, impressions, clicks } of days) {
      const before = level.get(day) ?? { clicks: 0, expected: 0 };
      level.set(day, { clicks: before.clicks + clicks, expected: before.expected + impressions * rate });
    }
  }
  return level;
}

/** Days of one ad with the level of all others in their exposure; its own days are taken out of it. */
export function besideAccount(
  days: readonly CountedDay[],
  level: AccountLevel,
): readonly { readonly day: number; readonly exposure: number; readonly clicks: number }[] {
  const rate = meanRate(days);
  return days.map(({ day, impressions, clicks }) => {
    const all = level.get(day) ?? { clicks: 0, expected: 0 };
    const others = { clicks: all.clicks - clicks, expected: all.expected - impressions * rate };
    const factor = (Math.max(0, others.clicks) + usual_clicks) / (Math.max(0, others.expected) + usual_clicks);
    return { day, exposure: impressions * factor, clicks };
  });
}
