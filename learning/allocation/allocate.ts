/** The proposal for a campaign's next hour: shares of the budget with everything that they were made from. */
import { betaMean, credibleInterval, type Beta } from './beta.ts';
import { best, topTwo } from './best.ts';
import { posteriors, totalsAt, type CampaignSums } from './campaign.ts';
import type { PriorOf } from './prior.ts';
import { bounded, bounds, systematicCounts, type Bounds } from './split.ts';

/** The rules of a split, as the policy states them. */
export interface AllocationRules {
  readonly exploration_share: number;
  readonly sharpness: number;
  readonly floor_of_equal: number;
  readonly cap_share: number;
  readonly draws: number;
}

export interface ArmShare {
  readonly arm: string;
  /** Share of the budget. */
  readonly share: number;
  readonly p_best: number;
  /** Exact probability with which the next impression goes to the arm; `share` is its value in `draws` seeded draws. */
  readonly propensity: number;
  readonly mean: number;
  /** Ends of the 95 % credible interval. */
  readonly low: number;
  readonly high: number;
  /** Expected rate lost by choosing this arm alone. */
  readonly expected_loss: number;
  /** Discounted exposure behind the posterior. */
  readonly impressions: number;
}

export interface Allocation {
  readonly arms: readonly ArmShare[];
  /** Expected rate lost by the split against the best arm. */
  readonly expected_loss: number;
  readonly floor_share: number;
}

/** Half-lives believed less than this are left out of a proposal: their share of the answer is below its error. */
const least_weight = 0.01;

/** What the arms are worth, mixed over the half-lives. */
export interface Outlook {
  readonly names: readonly string[];
  readonly p_best: readonly number[];
  readonly expected_loss: readonly number[];
  /** Per arm: posteriors of the half-lives that count, and their weights. */
  readonly posteriors: readonly (readonly Beta[])[];
  readonly weights: readonly number[];
  readonly impressions: readonly number[];
}

/** P(best) and expected loss under each half-life, mixed by their weights. */
export function outlook(campaign: CampaignSums, priorOf: PriorOf): Outlook {
  const names = campaign.arms.map(({ arm }) => arm);
  const candidates = campaign.half_lives_hours.length;
  const kept = campaign.weights.map((w) => (w < least_weight ? 0 : w));
  const total = kept.reduce((sum, w) => sum + w, 0);
  const weights = kept.map((w) => w / total);
  const perArm = campaign.arms.map((arm) => posteriors(arm, candidates, priorOf(arm.arm)));
  const p_best = new Array<number>(names.length).fill(0);
  const expected_loss = new Array<number>(names.length).fill(0);
  const impressions = new Array<number>(names.length).fill(0);
  weights.forEach((w, h) => {
    if (w === 0) return;
    const found = best(perArm.flatMap((betas) => betas[h] ?? []));
    campaign.arms.forEach(({ sums }, i) => {
      p_best[i] = (p_best[i] ?? 0) + w * (found.p_best[i] ?? 0);
      expected_loss[i] = (expected_loss[i] ?? 0) + w * (found.expected_loss[i] ?? 0);
      impressions[i] = (impressions[i] ?? 0) + w * totalsAt(sums, h).exposure;
    });
  });
  return { names, p_best, expected_loss, posteriors: perArm, weights, impressions };
}

/**
 * Probabilities of the next impression: Thompson's, sharpened; top-two's within the exploration share, of which less is
 * used the more certain the best arm is (there is then nothing to tell apart); floor and cap held.
 */
export function propensities(p_best: readonly number[], rules: AllocationRules, limit: Bounds): readonly number[] {
  const explored = topTwo(p_best);
  const undecided = Math.min(2 * (1 - Math.max(...p_best)), 1);
  const share = Math.min(Math.max(rules.exploration_share, 0), 0.2) * undecided;
  const sharpened = p_best.map((p) => p ** rules.sharpness);
  const total = sharpened.reduce((sum, p) => sum + p, 0);
  return bounded(
    sharpened.map((p, i) => ((1 - share) * p) / total + share * (explored[i] ?? 0)),
    limit,
  );
}

/** Shares out of seeded draws: the floor is given first, what is left by counts; each is within 1/draws of its propensity. */
export function drawnShares(
  chances: readonly number[],
  limit: Bounds,
  draws: number,
  uniform: number,
): readonly number[] {
  const left = 1 - limit.floor * chances.length;
  if (draws <= 0 || left <= 1e-9) return chances;
  const counts = systematicCounts(
    chances.map((p) => Math.max(p - limit.floor, 0) / left),
    draws,
    uniform,
  );
  return bounded(
    counts.map((count) => limit.floor + (left * count) / draws),
    limit,
  );
}

export interface Split {
  readonly limit: Bounds;
  readonly chances: readonly number[];
  readonly shares: readonly number[];
}

/**
 * Chances and shares of the arms.
 * @param uniform on [0, 1), from the seed that is reported
 */
export function splitOf({ p_best }: Outlook, rules: AllocationRules, uniform: number): Split {
  const limit = bounds(p_best.length, rules.floor_of_equal, rules.cap_share);
  const chances = propensities(p_best, rules, limit);
  return { limit, chances, shares: drawnShares(chances, limit, rules.draws, uniform) };
}

/** Rounding may leave a probability a hair above one. */
const probability = (p: number | undefined): number => Math.min(p ?? 0, 1);

/** @param uniform on [0, 1), from the seed that is reported */
export function allocate(
  campaign: CampaignSums,
  priorOf: PriorOf,
  rules: AllocationRules,
  uniform: number,
): Allocation {
  const found = outlook(campaign, priorOf);
  const { expected_loss, weights } = found;
  const { limit, chances, shares } = splitOf(found, rules, uniform);
  const arms = found.names.map((arm, i): ArmShare => {
    const mixture = found.posteriors[i] ?? [];
    return {
      arm,
      share: probability(shares[i]),
      p_best: probability(found.p_best[i]),
      propensity: probability(chances[i]),
      mean: mixture.reduce((sum, beta, h) => sum + (weights[h] ?? 0) * betaMean(beta), 0),
      ...credibleInterval(mixture, weights, 0.95),
      expected_loss: expected_loss[i] ?? 0,
      impressions: found.impressions[i] ?? 0,
    };
  });
  return {
    arms,
    expected_loss: arms.reduce((sum, { share }, i) => sum + share * (expected_loss[i] ?? 0), 0),
    floor_share: limit.floor,
  };
}
