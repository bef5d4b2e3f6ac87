/**
 * Hours of the day that bring fewer clicks for their money than the others: a difference for each day, its evidence by
 * the t-mixture e-process, and e-BH over the hours, so that looking every day and at all hours promises no more than it
 * should (learning/evidence). An association: what an hour would bring without the others is not known.
 */
import { discoveries, threshold } from '../evidence/e-bh.ts';
import { logUpward, no_sums, plus, type Sums } from '../evidence/t-mixture.ts';

export const hours_a_day = 24;

/** Clicks and spend of one day by its hours, 24 of each. */
export interface DayOfHours {
  readonly clicks: readonly number[];
  readonly spend: readonly number[];
}

/** What the days so far say of one hour. */
export interface HourSums extends Sums {
  readonly clicks: number;
  readonly spend: number;
}

export interface PoorHour {
  /** 0 to 23, as the days are cut. */
  readonly hour: number;
  readonly e_value: number;
  /** How many fewer clicks a unit of spend brought than in the other hours, fraction, the mean of days. */
  readonly loss: number;
}

export interface DaypartRule {
  /** Days with delivery in an hour before it is judged. */
  readonly min_days: number;
  /** Least loss that is worth a word, fraction. */
  readonly min_loss: number;
  /** Share of hours named that may be named wrongly. */
  readonly alpha: number;
}

/** Spread of the standardised mean that is looked for: about one standard deviation of a day. */
const c2 = 1;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const noHours: readonly HourSums[] = Array.from({ length: hours_a_day }, () => ({
  ...no_sums,
  clicks: 0,
  spend: 0,
}));

/** The hours with one day more, which is over. An hour in which nothing was spent says nothing of that day. */
export function withDay(hours: readonly HourSums[], { clicks, spend }: DayOfHours): readonly HourSums[] {
  const [all, paid] = [sum(clicks), sum(spend)];
  return hours.map((before, hour) => {
    const [own, own_paid] = [clicks[hour] ?? 0, spend[hour] ?? 0];
    const totals = { clicks: before.clicks + own, spend: before.spend + own_paid };
    if (own_paid <= 0 || all - own <= 0 || paid - own_paid <= 0) return { ...before, ...totals };
    return { ...plus(before, 1 - own / own_paid / ((all - own) / (paid - own_paid))), ...totals };
  });
}

/** Hours whose loss is shown, the poorest first; empty where nothing is. */
export function poorHours(hours: readonly HourSums[], { min_days, min_loss, alpha }: DaypartRule): readonly PoorHour[] {
  const judged = hours.map((sums, hour): PoorHour => ({
    hour,
    e_value: sums.n < min_days ? 0 : Math.exp(logUpward(sums, c2)),
    loss: sums.n === 0 ? 0 : sums.sum / sums.n,
  }));
  const found = discoveries(
    judged.map(({ e_value }) => e_value),
    hours_a_day,
    alpha,
  );
  if (found === 0) return [];
  const needed = threshold(hours_a_day, alpha, found);
  return judged.filter(({ e_value, loss }) => e_value >= needed && loss >= min_loss).sort((a, b) => b.loss - a.loss);
}

/** How many more clicks the same spend would bring if what these hours get went to the others as they are, fraction. */
export function gainWithout(hours: readonly HourSums[], left_out: readonly number[]): number {
  const kept = hours.filter((_, hour) => !left_out.includes(hour));
  const rate = (of: readonly HourSums[]): number =>
    sum(of.map(({ clicks }) => clicks)) / sum(of.map(({ spend }) => spend));
  const gain = rate(kept) / rate(hours) - 1;
  return Number.isFinite(gain) ? gain : 0;
}
