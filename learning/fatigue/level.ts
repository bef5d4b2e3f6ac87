/** How the whole account does, day by day: what every ad shares is no fatigue of one. */

export interface CountedDay {
  readonly day: number;
  readonly impressions: number;
  readonly clicks: number;
}

/** Clicks of a day that "as usual" is worth against those of the other ads. */
export const usual_clicks = 5;

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

/**
 * Days of one ad with the level of all others in their exposure; its own days are taken out of it.
 * @param usual what "as usual" is worth against the others, in what is counted
 */
export function besideAccount(
  days: readonly CountedDay[],
  level: AccountLevel,
  usual: number = usual_clicks,
): readonly { readonly day: number; readonly exposure: number; readonly clicks: number }[] {
  const rate = meanRate(days);
  return days.map(({ day, impressions, clicks }) => {
    const all = level.get(day) ?? { clicks: 0, expected: 0 };
    const others = { clicks: all.clicks - clicks, expected: all.expected - impressions * rate };
    const factor = (Math.max(0, others.clicks) + usual) / (Math.max(0, others.expected) + usual);
    return { day, exposure: impressions * factor, clicks };
  });
}

/**
 * By how much chance in the clicks of the other ads widens what scatters of an ad beside them: the variance of its log
 * rate with the level over that without, 1 + c o / (o + u)² for c clicks of its own a day, o of theirs and u that are as
 * usual. 1 where there are no others: then the ad's level is all that is known of the account's.
 */
export function levelScatter(days: readonly CountedDay[], level: AccountLevel): number {
  const own = days.reduce((sum, day) => sum + day.clicks, 0);
  const all = days.reduce((sum, { day }) => sum + (level.get(day)?.clicks ?? 0), 0);
  const count = Math.max(1, days.length);
  const others = Math.max(0, all - own) / count;
  return 1 + ((own / count) * others) / (others + usual_clicks) ** 2;
}
