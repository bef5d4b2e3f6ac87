/** Simulated accounts of which it is known whether and when an ad tires, judged day by day as the loop does. */
import { declineOf, dispersionAt } from '../../learning/fatigue/decline.ts';
import { accountLevel, besideAccount, type CountedDay } from '../../learning/fatigue/level.ts';
import { normal, poisson, type Random } from '../../learning/numeric.ts';
import type { FatiguePolicy } from '../../policy/fatigue.ts';

export const days = 60;
const ads = 10;
const rate = 0.015;
const rate_sd = 0.3;
/** What all ads of an account share from day to day, and what each has for itself: standard deviations of the log rate. */
const shared_sd = 0.08;
const own_sd = 0.07;
/** The first ad begins to tire here, and has lost .3 of its rate a fortnight later. */
export const tires_on = 20;
const fortnight = 14;
const loss = 0.3;
/** The whole account is clicked .3 less from here on. */
const falls_on = 25;

export interface World {
  readonly impressions_per_day: number;
  readonly account_falls: boolean;
  readonly first_ad_tires: boolean;
}

/** Days of each ad. */
export function account({ impressions_per_day, account_falls, first_ad_tires }: World, random: Random): CountedDay[][] {
  const rates = Array.from({ length: ads }, () => rate * Math.exp(rate_sd * normal(random)));
  rates[0] = rate;
  const all: CountedDay[][] = rates.map(() => []);
  for (let day = 0; day < days; day++) {
    const shared = Math.exp(shared_sd * normal(random)) * (account_falls && day >= falls_on ? 1 - loss : 1);
    rates.forEach((own, ad) => {
      const tired = first_ad_tires && ad === 0 ? 1 - loss * Math.min(1, Math.max(0, day - tires_on) / fortnight) : 1;
      const mean = impressions_per_day * own * shared * tired * Math.exp(own_sd * normal(random));
      all[ad]?.push({ day, impressions: impressions_per_day, clicks: poisson(mean, random) });
    });
  }
  return all;
}

/** Whether a rule calls an ad tired on a day that is over, from the days up to it of all ads. */
export type Rule = (own: readonly CountedDay[], all: readonly (readonly CountedDay[])[]) => boolean;

export const ourRule =
  (policy: FatiguePolicy): Rule =>
  (own, all) => {
    const level = accountLevel(all);
    const beside = besideAccount(own, level);
    const { ratio, baseline_days, threshold } = policy;
    return declineOf(beside, { ratio, baseline_days, dispersion: dispersionAt(beside, policy) }).evidence >= threshold;
  };

/** The rule of the system this one follows: click rate a fifth below that of two days before. */
export const twoDaysAgo: Rule = (own) => {
  const [before, , now] = own.slice(-3);
  if (before === undefined || now === undefined) return false;
  return now.clicks / now.impressions < 0.8 * (before.clicks / before.impressions);
};

/** Days on which each of the first `watched` ads begins to be called tired. */
export function onsets(
  account_days: readonly (readonly CountedDay[])[],
  rule: Rule,
  { from, watched, least_days }: { readonly from: number; readonly watched: number; readonly least_days: number },
): readonly (readonly number[])[] {
  const found: number[][] = Array.from({ length: watched }, () => []);
  const tired = new Array<boolean>(watched).fill(false);
  for (let day = Math.max(from, least_days); day < days; day++) {
    const upTo = account_days.map((own) => own.slice(0, day + 1));
    for (let ad = 0; ad < watched; ad++) {
      const now = rule(upTo[ad] ?? [], upTo);
      if (now && tired[ad] !== true) found[ad]?.push(day);
      tired[ad] = now;
    }
  }
  return found;
}

export const ads_of_account = ads;
