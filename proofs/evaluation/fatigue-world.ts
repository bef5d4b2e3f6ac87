/** Simulated accounts of which it is known whether, when and how an ad tires, day by day. */
import { generator, hash32, normal, poisson, type Random } from '../../learning/numeric.ts';

/**
 * Worlds where nothing tires: all is as it was; the whole account is clicked .3 less from one day to the next, one of
 * ten ads and one of three; days of an ad that are each like the one before.
 */
export const stable_worlds = ['stable', 'account_falls', 'account_of_3_falls', 'moving'] as const;
/** The first ad tires: it loses .3 of its rate in a fortnight and stays there; or the same share each day, for good. */
export const tiring_worlds = ['loses_30', 'wears'] as const;
export type FatigueWorld = (typeof stable_worlds)[number] | (typeof tiring_worlds)[number];

export const days = 90;
const rate = 0.015;
const rate_sd = 0.3;
/** What all ads of an account share from day to day, and what each has for itself: standard deviations of the log rate. */
const shared_sd = 0.08;
const own_sd = 0.07;
const own_correlation = 0.7;
/** The first ad begins to tire on this day. */
export const tires_on = 20;
const fortnight = 14;
const loss = 0.3;
const worn_a_day = 0.025;
/** The whole account is clicked less from this day on. */
const falls_on = 25;
const cost_per_thousand_minor = 600;
/** Of the log of what a thousand impressions cost, shared by the account. */
const cost_sd = 0.1;

export const adsOf = (world: FatigueWorld): number => (world === 'account_of_3_falls' ? 3 : 10);

/** Log of the first ad's rate over what it was. */
function tiredBy(world: FatigueWorld, day: number): number {
  const since = Math.max(0, day - tires_on);
  if (world === 'loses_30') return Math.log1p(-loss * Math.min(1, since / fortnight));
  return world === 'wears' ? -worn_a_day * since : 0;
}

/** Days from the end of a day until an ad that wears has lost the share; below 0 once it has. */
export const truthUntil = (day: number, share: number): number => tires_on - Math.log1p(-share) / worn_a_day - day;

export interface SimulatedDay {
  readonly impressions: number;
  readonly clicks: number;
  readonly spend_minor: number;
}

/** An account in such a world: call `next` once a day. */
export class FatigueAccount {
  readonly #world: FatigueWorld;
  readonly #impressions: number;
  readonly #random: Random;
  readonly #rates: readonly number[];
  readonly #moved: number[];
  #day = 0;

  constructor(world: FatigueWorld, impressions_per_day: number, seed: number) {
    this.#world = world;
    this.#impressions = impressions_per_day;
    const random = generator(hash32(`${seed}|${world}|${impressions_per_day}`));
    this.#random = random;
    this.#rates = Array.from({ length: adsOf(world) }, (_, ad) =>
      ad === 0 ? rate : rate * Math.exp(rate_sd * normal(random)),
    );
    this.#moved = this.#rates.map(() => own_sd * normal(random));
  }

  /** The next day of each ad. */
  next(): readonly SimulatedDay[] {
    const [day, random, impressions] = [this.#day++, this.#random, this.#impressions];
    const falls = this.#world.endsWith('falls') && day >= falls_on;
    const shared = shared_sd * normal(random) + (falls ? Math.log1p(-loss) : 0);
    const cost = cost_per_thousand_minor * Math.exp(cost_sd * normal(random));
    const kept = this.#world === 'moving' ? own_correlation : 0;
    return this.#rates.map((own, ad) => {
      const moved = kept * (this.#moved[ad] ?? 0) + Math.sqrt(1 - kept ** 2) * own_sd * normal(random);
      this.#moved[ad] = moved;
      const tired = ad === 0 ? tiredBy(this.#world, day) : 0;
      const clicks = poisson(impressions * own * Math.exp(shared + moved + tired), random);
      return { impressions, clicks, spend_minor: Math.round((cost * impressions) / 1_000) };
    });
  }
}
