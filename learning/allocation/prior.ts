/**
 * Hierarchical empirical-Bayes prior: ad sets around their campaign, campaigns around their account, accounts around
 * what the policy expects of all. Means and variances by the method of moments, net of binomial noise
 * (DerSimonian and Laird's weights), each level shrunken towards the next by pseudo-observations, so that two ad sets
 * with little data do not set their own prior.
 */
import { betaOf, type Beta } from './beta.ts';

/** What is expected where nothing is known. */
export interface Expectation {
  /** Mean click rate, fraction. */
  readonly prior_rate: number;
  /** Standard deviation of log rates between the arms of a campaign. */
  readonly prior_log_sd: number;
  /** Arms that the expectation of that deviation is worth. */
  readonly prior_arms: number;
  /** Standard deviation of log rates between accounts; .7 where it is left out. */
  readonly account_log_sd?: number;
}

/** What one campaign's arms say about rates; small, and kept when the campaign is forgotten. */
export interface Moments {
  /** Mean rate of the arms, shrunken towards the account's. */
  readonly rate: number;
  /** The same without the shrinkage, each arm counted by its reliability; equal to `rate` where there are no data. */
  readonly own_rate: number;
  /** Precision (1 / variance) of `own_rate`; 0 where there are no data. */
  readonly own_precision: number;
  /** Excess of the arms' squared relative deviations over binomial noise, weighted by reliability. */
  readonly cv2_sum: number;
  /** Arms (less one for the mean) behind `cv2_sum`, weighted by reliability. */
  readonly cv2_weight: number;
}

export interface AccountPrior {
  /** Mean rate of the account's campaigns. */
  readonly rate: number;
  /** Squared coefficient of variation of rates between the arms of a campaign. */
  readonly cv2: number;
}

/** Totals of an arm: exposure in impressions (adjusted for hour and context), and clicks. */
export interface Totals {
  readonly exposure: number;
  readonly clicks: number;
}

/** How far accounts lie from the expected rate where nothing is said of it, and campaigns from their account's. */
const usual_account_log_sd = 0.7;
const campaign_log_variance = 0.5 ** 2;
const least_cv2 = 0.03 ** 2;
const most_cv2 = 1;

const clampRate = (rate: number): number => Math.min(Math.max(rate, 1e-6), 0.5);

interface Mean {
  readonly rate: number;
  readonly own_rate: number;
  readonly own_precision: number;
}

/** A rate with its variance around a mean m: `spread` m² + m (1 − m) / `trials` + `noise`. */
interface Observed {
  readonly rate: number;
  readonly spread: number;
  /** Infinity where there is no binomial noise. */
  readonly trials: number;
  readonly noise: number;
}

/**
 * Mean of rates, each with its own variance, shrunken towards `centre` as one more observation of `log_variance`.
 * Three passes: the deviations that the weights assume are relative to the mean.
 */
function shrunkenMean(centre: number, log_variance: number, rates: readonly Observed[]): Mean {
  let mean: Mean = { rate: centre, own_rate: centre, own_precision: 0 };
  for (let pass = 0; pass < 3; pass++) {
    const squared = mean.rate * mean.rate;
    const assumed = 1 / (log_variance * squared);
    let own_precision = 0;
    let sum = 0;
    for (const one of rates) {
      const weight = 1 / (one.spread * squared + (mean.rate - squared) / one.trials + one.noise);
      own_precision += weight;
      sum += weight * one.rate;
    }
    const rate = clampRate((assumed * centre + sum) / (assumed + own_precision));
    mean = { rate, own_rate: own_precision > 0 ? sum / own_precision : rate, own_precision };
  }
  return mean;
}

/** Moments of one campaign's arms, given what its account leads to expect. */
export function moments(arms: readonly Totals[], account: AccountPrior): Moments {
  const seen = arms.filter((arm) => arm.exposure >= 1);
  const mean = shrunkenMean(
    account.rate,
    campaign_log_variance,
    seen.map(({ exposure, clicks }) => ({
      rate: clicks / exposure,
      spread: account.cv2,
      trials: exposure,
      noise: 0,
    })),
  );
  const { rate } = mean;
  let cv2_sum = 0;
  let cv2_weight = 0;
  for (const { exposure, clicks } of seen) {
    const noise = (1 - rate) / (rate * exposure);
    const reliability = account.cv2 / (account.cv2 + noise);
    const deviation = clicks / (exposure * rate) - 1;
    cv2_sum += reliability * (deviation * deviation - noise);
    cv2_weight += reliability;
  }
  // The mean was fitted to the same arms, which takes one arm's worth of spread away.
  const lost = seen.length > 0 ? cv2_weight / seen.length : 0;
  return { ...mean, cv2_sum, cv2_weight: cv2_weight - lost };
}

/** The account's prior from the moments of its campaigns. */
export function accountPrior(campaigns: readonly Moments[], expected: Expectation): AccountPrior {
  const cv2_expected = expected.prior_log_sd ** 2;
  let sum = expected.prior_arms * cv2_expected;
  let weight = expected.prior_arms;
  const rates: Observed[] = [];
  for (const { cv2_sum, cv2_weight, own_rate, own_precision } of campaigns) {
    sum += cv2_sum;
    weight += cv2_weight;
    if (own_precision > 0)
      rates.push({ rate: own_rate, spread: campaign_log_variance, trials: Infinity, noise: 1 / own_precision });
  }
  const { rate } = shrunkenMean(expected.prior_rate, (expected.account_log_sd ?? usual_account_log_sd) ** 2, rates);
  return { rate, cv2: Math.min(Math.max(sum / weight, least_cv2), most_cv2) };
}

/** Prior of an arm of a campaign; `a + b` are the impressions it is worth. */
export const armPrior = (campaign: Moments, account: AccountPrior): Beta => betaOf(campaign.rate, account.cv2);

/** Prior of each arm of a campaign. */
export type PriorOf = (arm: string) => Beta;

/**
 * Priors of arms that are expected to differ: the campaign's rate times e^lift, with the spread that arms have without
 * any expectation, so that what is expected gives way to what is seen as fast as no expectation does.
 * @param lifts expected of each arm against the mean of the campaign's, on the log scale; an arm without one has 0
 */
export function liftedPriors(campaign: Moments, account: AccountPrior, lifts: ReadonlyMap<string, number>): PriorOf {
  const priors = new Map(
    [...lifts].map(([arm, lift]) => [arm, betaOf(clampRate(campaign.rate * Math.exp(lift)), account.cv2)]),
  );
  const usual = armPrior(campaign, account);
  return (arm) => priors.get(arm) ?? usual;
}
