/**
 * What is known of a campaign's arms: discounted sums of exposure and clicks, one pair per candidate half-life, in
 * event time. An observation counts by the age of its window, so a restated old hour changes the sums by its difference
 * at the weight that the hour has by now, however often and late it is restated.
 */
import { betaMean, updated, type Beta } from './beta.ts';
import { equalWeights, logLosses, reweighted } from './half-lives.ts';
import type { PriorOf, Totals } from './prior.ts';

const hour_ms = 3_600_000;

export interface ArmSums {
  readonly arm: string;
  /** Exposure and clicks by turns, one pair per half-life, discounted to the campaign's `at_ms`. */
  readonly sums: readonly number[];
  /** Exposure and clicks that arrived since the half-lives were last weighted. */
  readonly fresh_exposure: number;
  readonly fresh_clicks: number;
  /** Weightings in a row at which others had fresh exposure and it had none. */
  readonly missed: number;
}

export interface CampaignSums {
  /** The time the sums are discounted to: end of the newest window seen, UTC epoch milliseconds. */
  readonly at_ms: number;
  readonly half_lives_hours: readonly number[];
  /** How much each half-life is believed; sums to 1. */
  readonly weights: readonly number[];
  /** In the order in which they became known; few enough to be searched one by one. */
  readonly arms: readonly ArmSums[];
}

/** An addition to an arm's totals; negative where a restatement takes away. */
export interface Observation {
  readonly arm: string;
  /** End of the window that the difference belongs to, UTC epoch milliseconds. */
  readonly window_end_ms: number;
  /** Impressions, adjusted for hour and context. */
  readonly exposure: number;
  readonly clicks: number;
}

export const emptyCampaign = (half_lives_hours: readonly number[]): CampaignSums => ({
  at_ms: 0,
  half_lives_hours,
  weights: equalWeights(half_lives_hours.length),
  arms: [],
});

const noArm = (arm: string, candidates: number): ArmSums => ({
  arm,
  sums: new Array<number>(2 * candidates).fill(0),
  fresh_exposure: 0,
  fresh_clicks: 0,
  missed: 0,
});

/** Weight of an observation of this age under each half-life; above 1 for one newer than the reference. */
export const agedWeights = (age_ms: number, half_lives_hours: readonly number[]): readonly number[] =>
  half_lives_hours.map((half_life) => 2 ** (-age_ms / (half_life * hour_ms)));

/** The sums discounted to a later time; an earlier one changes nothing. */
export function decayedTo(campaign: CampaignSums, at_ms: number): CampaignSums {
  if (at_ms <= campaign.at_ms) return campaign;
  const factors = agedWeights(at_ms - campaign.at_ms, campaign.half_lives_hours);
  const arms = campaign.arms.map((arm) => ({ ...arm, sums: arm.sums.map((sum, i) => sum * (factors[i >> 1] ?? 0)) }));
  return { ...campaign, at_ms, arms };
}

/** Makes an arm known, so that it gets a share before it has data. */
export function withArm(campaign: CampaignSums, arm: string): CampaignSums {
  if (campaign.arms.some((known) => known.arm === arm)) return campaign;
  return { ...campaign, arms: [...campaign.arms, noArm(arm, campaign.half_lives_hours.length)] };
}

/** Adds one observation at the weight of its age. */
export function observed(before: CampaignSums, seen: Observation): CampaignSums {
  const campaign = withArm(decayedTo(before, seen.window_end_ms), seen.arm);
  const weights = agedWeights(campaign.at_ms - seen.window_end_ms, campaign.half_lives_hours);
  const fresh = campaign.at_ms - seen.window_end_ms <= fresh_hours * hour_ms;
  const arms = campaign.arms.map((arm) => (arm.arm === seen.arm ? added(arm, seen, weights, fresh) : arm));
  return { ...campaign, arms };
}

/**
 * Age up to which an observation tests the half-lives. An older one, restated, is in the sums at the small weight of
 * its age: taken out at full weight it would look as if the short half-lives had predicted nothing.
 */
const fresh_hours = 6;

const added = (
  arm: ArmSums,
  { exposure, clicks }: Observation,
  weights: readonly number[],
  fresh: boolean,
): ArmSums => ({
  arm: arm.arm,
  sums: arm.sums.map((sum, i) => sum + (weights[i >> 1] ?? 0) * (i % 2 === 0 ? exposure : clicks)),
  fresh_exposure: arm.fresh_exposure + (fresh ? exposure : 0),
  fresh_clicks: arm.fresh_clicks + (fresh ? clicks : 0),
  missed: arm.missed,
});

/** The campaign without arms that are shown no more while others are: a paused ad set gets no share. */
export function delivering(campaign: CampaignSums, idle_hours: number): CampaignSums {
  const arms = campaign.arms.filter(({ missed }) => missed <= idle_hours);
  return arms.length === campaign.arms.length ? campaign : { ...campaign, arms };
}

/**
 * The same campaign under another list of half-lives: one that was kept stays as it is, a new one begins with the sums
 * and the weight of the nearest that was.
 */
export function withHalfLives(campaign: CampaignSums, half_lives_hours: readonly number[]): CampaignSums {
  const old = campaign.half_lives_hours;
  if (old.length === half_lives_hours.length && old.every((h, i) => h === half_lives_hours[i])) return campaign;
  const from = half_lives_hours.map((wanted) => {
    const distances = old.map((h) => Math.abs(Math.log(h / wanted)));
    return distances.indexOf(Math.min(...distances));
  });
  const raw = from.map((h) => (campaign.weights[h] ?? 0) / from.filter((other) => other === h).length);
  const total = raw.reduce((sum, w) => sum + w, 0);
  return {
    ...campaign,
    half_lives_hours,
    weights: total > 0 ? raw.map((w) => w / total) : equalWeights(half_lives_hours.length),
    arms: campaign.arms.map((arm) => ({
      ...arm,
      sums: from.flatMap((h) => [arm.sums[2 * h] ?? 0, arm.sums[2 * h + 1] ?? 0]),
    })),
  };
}

/** Totals of every arm under the longest half-life: the best view of how much arms differ. */
export function longestTotals(campaign: CampaignSums): readonly Totals[] {
  const longest = campaign.half_lives_hours.indexOf(Math.max(...campaign.half_lives_hours));
  return campaign.arms.map(({ sums }) => totalsAt(sums, longest));
}

export const totalsAt = (sums: readonly number[], h: number): Totals => ({
  exposure: Math.max(sums[2 * h] ?? 0, 0),
  clicks: Math.max(sums[2 * h + 1] ?? 0, 0),
});

/** Posteriors of an arm, one per half-life. */
export const posteriors = (arm: ArmSums, candidates: number, prior: Beta): readonly Beta[] =>
  Array.from({ length: candidates }, (_, h) => {
    const { exposure, clicks } = totalsAt(arm.sums, h);
    return updated(prior, exposure, clicks);
  });

/**
 * Weights the half-lives by how well the sums without the fresh data predicted the fresh data, then counts those as
 * seen. Data that were taken away since (a restatement downwards) are not scored.
 * @param memory_hours updates after which a weight is forgotten, about
 */
export function weighted(campaign: CampaignSums, priorOf: PriorOf, memory_hours: number): CampaignSums {
  const candidates = campaign.half_lives_hours.length;
  const scored = campaign.arms
    .filter((arm) => arm.fresh_exposure > 0 && arm.fresh_clicks >= 0)
    .map((arm) => ({
      exposure: arm.fresh_exposure,
      clicks: arm.fresh_clicks,
      predicted: predictedWithoutFresh(arm, candidates, priorOf(arm.arm)),
    }));
  if (!campaign.arms.some(hasFresh)) return campaign;
  const seen = campaign.arms.map((arm) => ({ ...arm, missed: hasFresh(arm) ? 0 : arm.missed + 1 }));
  if (scored.length === 0) return { ...campaign, arms: seen };
  const weights = reweighted(campaign.weights, logLosses(scored, candidates), 1 / memory_hours);
  const arms = seen.map((arm) => ({ ...arm, fresh_exposure: 0, fresh_clicks: 0 }));
  return { ...campaign, weights, arms };
}

const hasFresh = ({ fresh_exposure }: ArmSums): boolean => fresh_exposure > 0;

/** The fresh data are in the sums at nearly full weight; taking them out gives what was predicted before them. */
function predictedWithoutFresh(arm: ArmSums, candidates: number, prior: Beta): readonly number[] {
  return Array.from({ length: candidates }, (_, h) => {
    const { exposure, clicks } = totalsAt(arm.sums, h);
    return betaMean(updated(prior, Math.max(exposure - arm.fresh_exposure, 0), Math.max(clicks - arm.fresh_clicks, 0)));
  });
}
