/**
 * What ads get in an hour. Impressions follow budgets, the time of day and an audience that comes in waves; clicks
 * follow each ad's true rate, hours that resemble their neighbours, a slow drift, and an audience that tires.
 */
import { binomial, hash32, normal, poisson, type Random } from '../../../learning/numeric.ts';
import { HourlyNoise, drawsAt, logNormalFactor } from './noise.ts';
import type { PlannedCampaign } from './plan.ts';

/** Totals of one ad in one hour when nothing more comes in. */
export interface Totals {
  readonly impressions: number;
  readonly clicks: number;
  readonly link_clicks: number;
  readonly spend_minor: number;
  readonly conversions: number;
  readonly conversion_value_minor: number;
}

/** Swing of traffic and of click rate over the day, fractions of their mean. */
const traffic_swing = 0.45;
const rate_swing = 0.08;
/** Standard deviations of log factors: traffic and rate of all ads of a campaign, rate of one ad. */
const traffic_sd = 0.2;
const shared_rate_sd = 0.1;
const own_rate_sd = 0.12;
/** The same where users are assigned: nothing but the ad differs between arms. */
const own_rate_sd_randomised = 0.03;
const traffic_rho = 0.8;
const rate_rho = 0.7;
/** Share of its click rate that an ad loses when its audience has seen everything, and how fast. */
const fatigue_loss = 0.3;
const fatigue_hours = 21 * 24;
/** Slow drift of the click rate, fraction of it. */
const drift_share = 0.05;
/** Clicks elsewhere than on the link, as a share of those on it. */
const other_clicks = 0.3;
/** How far an ad set's split over its own ads strays from day to day, standard deviation of logs. */
const favour_sd = 0.4;

const hours_a_day = 24;
const turn = 2 * Math.PI;

/** 1 on the mean of the day, highest at `peak`. */
const swing = (hour: number, peak: number, share: number): number =>
  1 + share * Math.cos((turn * (hour - peak)) / hours_a_day);

export class Delivery {
  readonly #plan: PlannedCampaign;
  readonly #traffic: HourlyNoise;
  readonly #shared: HourlyNoise;
  readonly #own: readonly HourlyNoise[];
  readonly #drift: { readonly days: number; readonly phase: number };

  constructor(plan: PlannedCampaign) {
    this.#plan = plan;
    this.#traffic = new HourlyNoise(hash32('traffic', plan.seed), traffic_rho);
    this.#shared = new HourlyNoise(hash32('rate', plan.seed), rate_rho);
    this.#own = plan.arms.map(({ ad_id }) => new HourlyNoise(hash32(ad_id, plan.seed), rate_rho));
    const random = drawsAt(hash32('drift', plan.seed), 0);
    this.#drift = { days: 7 + 10 * random(), phase: turn * random() };
  }

  /** Daily budgets that buy the planned impressions, one for each ad set, minor units. */
  budgets(): readonly number[] {
    const { hourly_impressions, account, arms } = this.#plan;
    const sets = new Set(arms.map(({ adset_id }) => adset_id)).size;
    const total = (hourly_impressions * hours_a_day * account.cpm_minor) / 1_000;
    return new Array<number>(sets).fill(Math.max(1, Math.round(total / sets)));
  }

  /**
   * Impressions of each ad in an hour under these daily budgets of its ad sets.
   * @param off places of the ads that are switched off; the others of their ad set get the budget
   */
  impressions(hour: number, budgets: readonly number[], off: ReadonlySet<number>): readonly number[] {
    const { account, arms, seed } = this.#plan;
    const wave = logNormalFactor(traffic_sd, this.#traffic.at(hour)) * swing(hour, account.peak_hour, traffic_swing);
    const random = drawsAt(hash32('impressions', seed), hour);
    const favours = budgets.length === arms.length ? undefined : this.#favours(hour, off);
    return arms.map((_, i) => {
      if (off.has(i)) return 0;
      const budget = favours === undefined ? (budgets[i] ?? 0) : (budgets[0] ?? 0) * (favours[i] ?? 0);
      return poisson((budget / hours_a_day / account.cpm_minor) * 1_000 * wave, random);
    });
  }

  /** How an ad set splits its budget over its ads on a day; shares of those that are on sum to 1. */
  #favours(hour: number, off: ReadonlySet<number>): readonly number[] {
    const { arms, seed } = this.#plan;
    const random = drawsAt(hash32('favours', seed), Math.floor(hour / hours_a_day));
    const weights = arms.map(() => Math.exp(favour_sd * normal(random)));
    const sum = weights.reduce((total, weight, i) => (off.has(i) ? total : total + weight), 0);
    return weights.map((weight) => weight / sum);
  }

  /**
   * True click rate of an ad over the day around an hour, fraction.
   * @param exposure impressions that the campaign's audience has seen before
   */
  rate(arm: number, hour: number, exposure: number): number {
    const { arms, hourly_impressions } = this.#plan;
    const tired = 1 - Math.exp(-exposure / (hourly_impressions * fatigue_hours));
    const { days, phase } = this.#drift;
    const drift = 1 + drift_share * Math.sin((turn * hour) / (days * hours_a_day) + phase);
    return (arms[arm]?.rate ?? 0) * (1 - fatigue_loss * tired) * drift;
  }

  /** Final totals of each ad in an hour with these impressions. */
  totals(hour: number, impressions: readonly number[], exposure: number): readonly Totals[] {
    const { account, design, seed } = this.#plan;
    const own_sd = design === 'randomised' ? own_rate_sd_randomised : own_rate_sd;
    const shared =
      logNormalFactor(shared_rate_sd, this.#shared.at(hour)) * swing(hour, account.peak_hour + 2, rate_swing);
    return impressions.map((shown, i) => {
      const own = logNormalFactor(own_sd, this.#own[i]?.at(hour) ?? 0);
      const rate = Math.min(0.5, this.rate(i, hour, exposure) * shared * own);
      return this.#drawn(shown, rate, drawsAt(hash32(`totals ${i}`, seed), hour));
    });
  }

  #drawn(impressions: number, rate: number, random: Random): Totals {
    const { account, order_rate } = this.#plan;
    const link_clicks = binomial(impressions, rate, random);
    const clicks = link_clicks + binomial(impressions - link_clicks, rate * other_clicks, random);
    const price = 1 + 0.05 * normal(random);
    const conversions = binomial(link_clicks, order_rate, random);
    let value = 0;
    for (let i = 0; i < conversions; i++) value += account.order_minor * logNormalFactor(0.5, normal(random));
    return {
      impressions,
      clicks,
      link_clicks,
      spend_minor: Math.max(0, Math.round(((impressions * account.cpm_minor) / 1_000) * price)),
      conversions,
      conversion_value_minor: Math.round(value),
    };
  }
}
