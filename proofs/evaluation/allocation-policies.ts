/** The policies compared: ours, as the processor runs it, and those it has to beat. */
import { outlook, splitOf } from '../../learning/allocation/allocate.ts';
import { best } from '../../learning/allocation/best.ts';
import {
  emptyCampaign,
  longestTotals,
  observed,
  weighted,
  withArm,
  type CampaignSums,
} from '../../learning/allocation/campaign.ts';
import { accountPrior, armPrior, moments, type AccountPrior } from '../../learning/allocation/prior.ts';
import type { AllocationPolicy } from '../../policy/allocation.ts';

/** What happened in an hour: the hour's number, impressions and clicks by arm. */
export interface Hour {
  readonly hour: number;
  readonly impressions: readonly number[];
  readonly clicks: readonly number[];
}

/** A policy at work on one campaign. */
export interface Player {
  /** Shares of the coming hour's impressions; sums to 1. `rates` are the true ones: only the oracle looks. */
  shares(rates: readonly number[]): readonly number[];
  observe(hour: Hour): void;
}

export type PolicyName = 'flywheel' | 'uniform' | 'greedy' | 'thompson' | 'oracle';
export const policy_names: readonly PolicyName[] = ['flywheel', 'uniform', 'greedy', 'thompson', 'oracle'];

const equal = (arms: number): readonly number[] => new Array<number>(arms).fill(1 / arms);
const only = (arms: number, chosen: number): readonly number[] =>
  Array.from({ length: arms }, (_, i) => (i === chosen ? 1 : 0));
const hour_ms = 3_600_000;

function flywheel(arms: number, policy: AllocationPolicy, random: () => number): Player {
  const names = Array.from({ length: arms }, (_, i) => `arm-${i}`);
  let campaign: CampaignSums = names.reduce(withArm, emptyCampaign(policy.half_lives_hours));
  let account: AccountPrior = accountPrior([], policy);
  return {
    shares: () => {
      const own = moments(longestTotals(campaign), account);
      account = accountPrior([own], policy);
      const prior = armPrior(own, account);
      campaign = weighted(campaign, () => prior, policy.half_life_memory_hours);
      return splitOf(
        outlook(campaign, () => prior),
        policy,
        random(),
      ).shares;
    },
    observe: ({ hour, impressions, clicks }) => {
      names.forEach((arm, i) => {
        const [exposure, clicked] = [impressions[i] ?? 0, clicks[i] ?? 0];
        campaign = observed(campaign, { arm, window_end_ms: (hour + 1) * hour_ms, exposure, clicks: clicked });
      });
    },
  };
}

/** Sums of all that was seen, on Beta(1, 1): what plain Thompson sampling and the greedy rule know. */
function counting(
  arms: number,
  decide: (posteriors: readonly { a: number; b: number }[]) => readonly number[],
): Player {
  const posteriors = Array.from({ length: arms }, () => ({ a: 1, b: 1 }));
  return {
    shares: () => decide(posteriors),
    observe: ({ impressions, clicks }) => {
      posteriors.forEach((posterior, i) => {
        posterior.a += clicks[i] ?? 0;
        posterior.b += (impressions[i] ?? 0) - (clicks[i] ?? 0);
      });
    },
  };
}

function greedy(arms: number): Player {
  return counting(arms, (posteriors) => {
    if (posteriors.every(({ a, b }) => a + b === 2)) return equal(arms);
    const means = posteriors.map(({ a, b }) => a / (a + b));
    return only(arms, means.indexOf(Math.max(...means)));
  });
}

const fixed = (shares: (rates: readonly number[]) => readonly number[]): Player => ({
  shares,
  observe: () => undefined,
});

/** @param random seeded; ours takes one uniform an hour from it */
export function player(name: PolicyName, arms: number, policy: AllocationPolicy, random: () => number): Player {
  switch (name) {
    case 'flywheel':
      return flywheel(arms, policy, random);
    case 'uniform':
      return fixed(() => equal(arms));
    case 'greedy':
      return greedy(arms);
    case 'thompson':
      return counting(arms, (posteriors) => best(posteriors).p_best);
    case 'oracle':
      return fixed((rates) => only(arms, rates.indexOf(Math.max(...rates))));
  }
}
