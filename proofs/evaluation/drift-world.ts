/** Worlds of the drift evaluation: what came of an account's predictions, day by day, and from when they are wrong. */
import { generator, hash32, normal, poisson, type Random } from '../../learning/numeric.ts';
import type { Followed } from '../../processors/actuals-fetcher/state.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';

/**
 * Stable worlds: clicks by chance alone; hours that scatter more; days that move a whole account, each like the one
 * before; and predictions that are surer of themselves than they may be. Worlds that drift have scattering hours, and
 * all rates of the account change: at once to a fraction of what they were, or day by day.
 */
export const stable_worlds = ['chance', 'scattered', 'moving', 'overconfident'] as const;
export const drifting_worlds = ['drop_30', 'drop_20', 'drop_10', 'rise_20', 'fade_1_a_day'] as const;
export type DriftWorld = (typeof stable_worlds)[number] | (typeof drifting_worlds)[number];

/** Rate of the account over what it was, days after the drift began. */
const changes: Readonly<Record<(typeof drifting_worlds)[number], (days: number) => number>> = {
  drop_30: () => 0.7,
  drop_20: () => 0.8,
  drop_10: () => 0.9,
  rise_20: () => 1.2,
  fade_1_a_day: (days) => Math.exp(-0.01 * days),
};
const isDrifting = (world: DriftWorld): world is (typeof drifting_worlds)[number] => world in changes;

const mean_rate = 0.015;
/** Standard deviation of log rates between ads. */
const ad_sd = 0.4;
/** Error of a prediction, standard deviation of its log. */
const error_sd = 0.25;
/** Hours of an ad around its rate, and days of an account around theirs; standard deviations of the log. */
const hour_sd = 0.25;
const day_sd = 0.06;
const day_correlation = 0.7;
const horizon_hours = 72;

/** When the predictions of a day were made: the first of the simulation, UTC epoch milliseconds, on a full day. */
export const first_ms = 20_000 * day_ms;

export interface WorldOptions {
  readonly world: DriftWorld;
  /** Predictions that mature in a day. */
  readonly ads: number;
  /** Days before the drift begins. */
  readonly stable_days: number;
  readonly seed: number;
}

/** An account in such a world: call `next` once a day. */
export class DriftAccount {
  readonly #options: WorldOptions;
  readonly #random: Random;
  #day = 0;
  #moved = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = generator(hash32(`${options.seed}|${options.world}|${options.ads}`));
  }

  /** Predictions that mature on the next day, with what came of them. */
  next(): readonly Followed[] {
    const { world, ads, stable_days } = this.#options;
    const day = this.#day++;
    if (world === 'moving') {
      const step = day_sd * Math.sqrt(1 - day_correlation ** 2);
      this.#moved = day_correlation * this.#moved + step * normal(this.#random);
    }
    const since = day - stable_days;
    const change = isDrifting(world) && since >= 0 ? changes[world](since) : 1;
    const factor = change * Math.exp(this.#moved);
    return Array.from({ length: ads }, (_, i) => this.#prediction(`${day}-${i}`, day, factor));
  }

  #prediction(prediction_id: string, day: number, factor: number): Followed {
    const random = this.#random;
    const { world } = this.#options;
    const usual = mean_rate * Math.exp(ad_sd * normal(random));
    const rate = usual * Math.exp(error_sd * normal(random));
    const scatter = world === 'chance' ? 0 : hour_sd;
    const shown = Math.round(100 * Math.exp(0.6 * normal(random)));
    const counts = counted(shown, usual * factor, scatter, random);
    const matures_ms = first_ms + day * day_ms;
    const prediction = {
      prediction_id,
      stage: 'cold' as const,
      rate,
      rate_low: rate * Math.exp(-2 * error_sd),
      rate_high: rate * Math.exp(2 * error_sd),
      log_sd: world === 'overconfident' ? error_sd / 1.5 : error_sd,
      raw_rate: rate,
      control_rate: mean_rate,
      baseline_rate: mean_rate,
      experts: [],
      at_ms: matures_ms - horizon_hours * hour_ms,
      matures_ms,
    };
    const told = { impressions: 0, clicks: 0 };
    const seen = { covered: [], from_platform: false, asked_ms: null, answered: true, known_ms: matures_ms };
    return { prediction, ...counts, ...seen, revision: -1, told };
  }
}

type Counts = Pick<Followed, 'impressions' | 'clicks' | 'windows' | 'squares'>;

/** Hours of an ad that is shown `shown` times in each. */
function counted(shown: number, rate: number, hour_scatter: number, random: Random): Counts {
  let clicks = 0;
  let squares = 0;
  for (let hour = 0; hour < horizon_hours; hour++) {
    // Mean one: scatter moves hours, not their mean.
    const noise = hour_scatter === 0 ? 1 : Math.exp(hour_scatter * normal(random) - hour_scatter ** 2 / 2);
    const count = Math.min(shown, poisson(shown * rate * noise, random));
    clicks += count;
    squares += (count * count) / shown;
  }
  return { impressions: shown * horizon_hours, clicks, windows: horizon_hours, squares };
}
