/** Worlds of the winner evaluation: hours of impressions and clicks of the arms of one experiment, truth known. */
import { normal, poisson, type Random } from '../../learning/numeric.ts';

export interface World {
  readonly name: string;
  /** An archive is of recorded tests: randomised, users assigned one by one. */
  readonly design: 'randomised' | 'parallel' | 'archive';
  readonly arms: number;
  readonly rate: number;
  /** Impressions an hour and arm, when all get the same. */
  readonly volume: number;
  /** True relative lift of the first arm over the others. */
  readonly lift: number;
  /** Amplitude of the day's shape, common to all arms. */
  readonly day_shape: number;
  /** Standard deviation of an arm's own hourly noise, log scale, and its hour-to-hour correlation. */
  readonly noise_sd: number;
  readonly noise_ar: number;
  readonly shares: 'equal' | 'thompson';
  /** Share of an hour's clicks that is seen only a day later. */
  readonly restated: number;
  /** Relative fall of all rates a day, as audiences tire. */
  readonly fatigue: number;
}

const plain: World = {
  name: 'iid',
  design: 'parallel',
  arms: 2,
  rate: 0.015,
  volume: 500,
  lift: 0,
  day_shape: 0,
  noise_sd: 0,
  noise_ar: 0,
  shares: 'equal',
  restated: 0,
  fatigue: 0,
};
const noisy = { day_shape: 0.5, noise_sd: 0.25 };

/** Worlds without a true difference. */
export const nullWorlds: readonly World[] = [
  plain,
  { ...plain, name: 'iid, 4 arms', arms: 4 },
  { ...plain, name: 'iid, rate .5 %', rate: 0.005 },
  { ...plain, name: 'day shape', day_shape: 0.5 },
  { ...plain, name: 'overdispersed', ...noisy },
  { ...plain, name: 'overdispersed, 5000 an hour', ...noisy, noise_sd: 0.5, volume: 5_000 },
  { ...plain, name: 'autocorrelated', ...noisy, noise_ar: 0.9 },
  { ...plain, name: 'autocorrelated, 5000 an hour', ...noisy, noise_sd: 0.5, noise_ar: 0.9, volume: 5_000 },
  { ...plain, name: 'autocorrelated, 4 arms', ...noisy, noise_ar: 0.9, arms: 4 },
  { ...plain, name: 'Thompson shares', shares: 'thompson' },
  { ...plain, name: 'Thompson shares, 4 arms', shares: 'thompson', arms: 4 },
  { ...plain, name: 'Thompson shares, rate .5 %', shares: 'thompson', rate: 0.005 },
  { ...plain, name: 'Thompson shares, overdispersed', shares: 'thompson', ...noisy },
  { ...plain, name: 'Thompson shares, autocorrelated', shares: 'thompson', ...noisy, noise_ar: 0.9 },
  { ...plain, name: 'restatement', ...noisy, restated: 0.15 },
  { ...plain, name: 'fatigue', ...noisy, fatigue: 0.02 },
  { ...plain, name: 'randomised', design: 'randomised', day_shape: 0.5 },
  { ...plain, name: 'randomised, overdispersed, 4 arms', design: 'randomised', ...noisy, arms: 4 },
  { ...plain, name: 'randomised, autocorrelated', design: 'randomised', ...noisy, noise_ar: 0.9 },
  {
    ...plain,
    name: 'randomised, autocorrelated, 5000 an hour',
    design: 'randomised',
    ...noisy,
    noise_sd: 0.5,
    noise_ar: 0.9,
    volume: 5_000,
  },
  { ...plain, name: 'archive', design: 'archive', day_shape: 0.5 },
  { ...plain, name: 'archive, 4 arms', design: 'archive', day_shape: 0.5, arms: 4 },
];

/** Worlds in which the first arm is 20 % better. */
export const betterWorlds: readonly World[] = [
  { ...plain, name: 'iid, +20 %', lift: 0.2 },
  { ...plain, name: 'overdispersed, +20 %', ...noisy, lift: 0.2 },
  { ...plain, name: 'autocorrelated, +20 %', ...noisy, noise_ar: 0.9, lift: 0.2 },
  { ...plain, name: 'Thompson shares, +20 %', shares: 'thompson', lift: 0.2 },
  { ...plain, name: 'iid, 4 arms, +20 %', arms: 4, lift: 0.2 },
  { ...plain, name: 'archive, +20 %', design: 'archive', day_shape: 0.5, lift: 0.2 },
  { ...plain, name: 'randomised, +20 %', design: 'randomised', day_shape: 0.5, lift: 0.2 },
];

/** One hour, all arms: what was shown, and what was clicked at once and a day later. */
export interface Hour {
  readonly impressions: Float64Array;
  readonly clicks: Float64Array;
  readonly late_clicks: Float64Array;
}

/** Least share of an arm under Thompson sampling. */
const least_share = 0.02;
/** Draws an hour behind Thompson shares. */
const share_draws = 24;

export class Account {
  readonly hour: Hour;
  readonly #world: World;
  readonly #random: Random;
  readonly #noise: Float64Array;
  readonly #shares: Float64Array;
  readonly #seen_impressions: Float64Array;
  readonly #seen_clicks: Float64Array;
  #at = 0;

  constructor(world: World, random: Random) {
    const make = (value = 0): Float64Array => new Float64Array(world.arms).fill(value);
    this.#world = world;
    this.#random = random;
    this.hour = { impressions: make(), clicks: make(), late_clicks: make() };
    this.#noise = make();
    this.#shares = make(1 / world.arms);
    this.#seen_impressions = make();
    this.#seen_clicks = make();
  }

  /** Lets an hour pass; `hour` then holds it. */
  next(): Hour {
    const { arms, rate, volume, lift, day_shape, noise_sd, noise_ar, shares, restated, fatigue } = this.#world;
    if (shares === 'thompson') this.#thompson();
    const shape = 1 + day_shape * Math.sin((2 * Math.PI * this.#at) / 24);
    const tired = (1 - fatigue) ** (this.#at / 24);
    for (let arm = 0; arm < arms; arm++) {
      if (noise_sd > 0)
        this.#noise[arm] =
          noise_ar * (this.#noise[arm] ?? 0) + Math.sqrt(1 - noise_ar * noise_ar) * noise_sd * normal(this.#random);
      const impressions = poisson(volume * arms * (this.#shares[arm] ?? 0) * shape, this.#random);
      const true_rate =
        rate * tired * (arm === 0 ? 1 + lift : 1) * Math.exp((this.#noise[arm] ?? 0) - (noise_sd * noise_sd) / 2);
      const clicks = Math.min(impressions, poisson(impressions * true_rate, this.#random));
      const late = restated > 0 ? Math.min(clicks, poisson(clicks * restated, this.#random)) : 0;
      this.hour.impressions[arm] = impressions;
      this.hour.clicks[arm] = clicks - late;
      this.hour.late_clicks[arm] = late;
      this.#seen_impressions[arm] = (this.#seen_impressions[arm] ?? 0) + impressions;
      this.#seen_clicks[arm] = (this.#seen_clicks[arm] ?? 0) + clicks;
    }
    this.#at++;
    return this.hour;
  }

  /** Shares by how often an arm has the best draw, with a floor; the posterior by its normal approximation. */
  #thompson(): void {
    const { arms } = this.#world;
    const wins = new Float64Array(arms);
    for (let draw = 0; draw < share_draws; draw++) {
      let best = 0;
      let highest = -Infinity;
      for (let arm = 0; arm < arms; arm++) {
        const a = (this.#seen_clicks[arm] ?? 0) + 1;
        const n = (this.#seen_impressions[arm] ?? 0) + 2;
        const value = a / n + (Math.sqrt(a) / n) * normal(this.#random);
        if (value > highest) {
          highest = value;
          best = arm;
        }
      }
      wins[best] = (wins[best] ?? 0) + 1;
    }
    for (let arm = 0; arm < arms; arm++)
      this.#shares[arm] = least_share + (1 - arms * least_share) * ((wins[arm] ?? 0) / share_draws);
  }
}
