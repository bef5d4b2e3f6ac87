import { describe, expect, it } from 'vitest';
import { generator, poisson } from '../numeric.ts';
import {
  gainWithout,
  hours_a_day,
  noHours,
  poorHours,
  withDay,
  type DayOfHours,
  type DaypartRule,
} from './dayparts.ts';

const rule: DaypartRule = { min_days: 14, min_loss: 0.2, alpha: 0.05 };

/** Days of a campaign: clicks of an hour are those that its spend buys, times a factor of the hour and of the day. */
function campaign(seed: number, days: number, factorOf: (hour: number) => number, noise = 0): DayOfHours[] {
  const random = generator(seed);
  return Array.from({ length: days }, () => {
    const spend = Array.from({ length: hours_a_day }, (_, hour) => Math.round(800 + 600 * Math.sin(hour / 4)));
    const day = Math.exp(noise * (random() + random() + random() - 1.5));
    const clicks = spend.map((paid, hour) => {
      const own = Math.exp(noise * (random() + random() + random() - 1.5));
      return poisson(paid * 0.03 * factorOf(hour) * day * own, random);
    });
    return { clicks, spend };
  });
}

const seen = (days: readonly DayOfHours[]): typeof noHours => days.reduce(withDay, noHours);

describe('hours that bring less for their money', () => {
  it('are found, with what leaving them out would bring', () => {
    const days = seen(campaign(1, 28, (hour) => (hour >= 2 && hour < 5 ? 0.4 : 1)));
    const found = poorHours(days, rule);
    expect(found.map(({ hour }) => hour).sort()).toEqual([2, 3, 4]);
    for (const { loss } of found) expect(loss).toBeCloseTo(0.55, 1);
    const gain = gainWithout(days, [2, 3, 4]);
    expect(gain).toBeGreaterThan(0.05);
    expect(gain).toBeLessThan(0.2);
  });

  it('are not named before there are days enough, nor where the loss is too small to matter', () => {
    const poor = (hour: number): number => (hour === 3 ? 0.3 : 1);
    expect(poorHours(seen(campaign(2, 13, poor)), rule)).toEqual([]);
    expect(poorHours(seen(campaign(2, 60, (hour) => (hour === 3 ? 0.9 : 1))), rule)).toEqual([]);
  });

  it('are named in few campaigns that have none, also looked at every day through noise of hours and days', () => {
    const campaigns = 200;
    let wrong = 0;
    for (let seed = 0; seed < campaigns; seed++) {
      let hours = noHours;
      // With any loss: the least one that matters must not be what keeps this low.
      const found = campaign(1_000 + seed, 60, () => 1, 0.5).some((day) => {
        hours = withDay(hours, day);
        return poorHours(hours, { ...rule, min_loss: 0 }).length > 0;
      });
      if (found) wrong++;
    }
    // At most five in a hundred; 16 of 200 is the upper end of what that gives by chance (95 %).
    expect(wrong).toBeLessThanOrEqual(16);
  });
});
