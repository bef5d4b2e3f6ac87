/** One run of the allocation evaluation: every policy on the same campaign. Runs on a worker thread as well. */
import { defaultMoneyLimits, limited, type Applied } from '../../learning/allocation/limits.ts';
import { systematicCounts } from '../../learning/allocation/split.ts';
import { binomial, generator, hash32, normal } from '../../learning/numeric.ts';
import { defaultAllocationPolicy, type AllocationPolicy } from '../../policy/allocation.ts';
import { player, policy_names, type Player, type PolicyName } from './allocation-policies.ts';
import { hours, world, type WorldKind } from './allocation-world.ts';
import { serveJobs } from './pool.ts';

export type LimitsKind = 'none' | 'money';

export interface AllocationJob {
  readonly world: WorldKind;
  readonly arms: number;
  /** Impressions of the campaign per hour. */
  readonly volume: number;
  readonly limits: LimitsKind;
  readonly seed: number;
  readonly first_run: number;
  readonly runs: number;
  /** What differs from the default policy. */
  readonly policy?: Partial<AllocationPolicy>;
  /** Default: all. */
  readonly policies?: readonly PolicyName[];
}

/** Regret in expected clicks, by policy, one number a run. */
export type Regrets = { readonly [policy in PolicyName]?: readonly number[] };

const hour_ms = 3_600_000;

/** Keeps to the money limits, or lets every split through. */
function gate(kind: LimitsKind, arms: number): (desired: readonly number[], hour: number) => readonly number[] {
  if (kind === 'none') return (desired) => desired;
  let history: readonly Applied[] = [{ at_ms: -Infinity, shares: new Array<number>(arms).fill(1 / arms) }];
  return (desired, hour) => {
    const at_ms = hour * hour_ms;
    const shares = limited(history, desired, at_ms, defaultMoneyLimits);
    if (shares !== history.at(-1)?.shares) history = [...history, { at_ms, shares }].slice(-8);
    return shares;
  };
}

/** Clicks that the policy is expected to lose against always showing the arm that is best in that hour. */
function play(policy: Player, rates: readonly (readonly number[])[], job: AllocationJob, random: () => number): number {
  const within = gate(job.limits, job.arms);
  let regret = 0;
  for (let hour = 0; hour < hours; hour++) {
    const now = rates[hour] ?? [];
    const shares = within(policy.shares(now), hour);
    const impressions = systematicCounts(shares, job.volume, random());
    const best = Math.max(...now);
    impressions.forEach((n, i) => (regret += n * (best - (now[i] ?? 0))));
    policy.observe({ hour, impressions, clicks: impressions.map((n, i) => binomial(n, now[i] ?? 0, random)) });
  }
  return regret;
}

export function allocationRuns(job: AllocationJob): Regrets {
  const policy = { ...defaultAllocationPolicy, ...job.policy };
  const names = job.policies ?? policy_names;
  const regrets: Partial<Record<PolicyName, number[]>> = {};
  for (let run = job.first_run; run < job.first_run + job.runs; run++) {
    // The same world and the same stream of luck for every policy and limit, so that runs compare in pairs.
    const seed = hash32(`${job.seed}|${run}|${job.world}|${job.arms}`);
    const worldly = generator(seed);
    const rates = world(job.world, job.arms, () => normal(worldly));
    for (const name of names) {
      const random = generator(hash32('luck', seed));
      (regrets[name] ??= []).push(play(player(name, job.arms, policy, random), rates, job, random));
    }
  }
  return regrets;
}

serveJobs(allocationRuns);
