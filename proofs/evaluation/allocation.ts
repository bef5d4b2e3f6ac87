/**
 * `evaluate allocation`: what a split of the budget loses against knowing the best arm, ours beside uniform, greedy,
 * plain Thompson sampling and the oracle. Worlds: two to eight arms, 1.5 % click rate, arms .2 apart in log rate,
 * 500 and 5,000 impressions an hour for the campaign, 14 days; stationary, drifting as a random walk, best and worst
 * swapped after a week; without and with the money limits.
 */
import type { Measure } from '../measures.ts';
import { policy_names } from './allocation-policies.ts';
import { allocationRuns, type AllocationJob, type LimitsKind, type Regrets } from './allocation-run.ts';
import { world_kinds } from './allocation-world.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import { runJobs } from './pool.ts';

type Setting = Pick<AllocationJob, 'world' | 'arms' | 'volume' | 'limits'>;

const all_limits: readonly LimitsKind[] = ['none', 'money'];

function settings(quick: boolean): readonly Setting[] {
  const volumes = quick ? [500] : [500, 5_000];
  const arms = quick ? [2, 4] : [2, 4, 8];
  return world_kinds.flatMap((world) =>
    arms.flatMap((n) => volumes.flatMap((volume) => all_limits.map((limits) => ({ world, arms: n, volume, limits })))),
  );
}

interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Mean with its 95 % normal interval. */
function estimate(values: readonly number[]): Estimate {
  const value = mean(values);
  const n = values.length;
  const variance = values.reduce((sum, x) => sum + (x - value) ** 2, 0) / Math.max(n - 1, 1);
  const half = 1.96 * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half, n };
}

/** Ratio of means of paired values with its 95 % interval by the delta method. */
function ratio(over: readonly number[], under: readonly number[]): Estimate {
  const value = mean(over) / mean(under);
  const residuals = estimate(over.map((x, i) => x - value * (under[i] ?? 0)));
  const half = (residuals.high - residuals.value) / mean(under);
  return { value, low: value - half, high: value + half, n: over.length };
}

function measuresOf(setting: Setting, regrets: Regrets): readonly Measure[] {
  const labels = {
    world: setting.world,
    arms: String(setting.arms),
    volume: String(setting.volume),
    limits: setting.limits,
  };
  const of = (policy: (typeof policy_names)[number]): readonly number[] => regrets[policy] ?? [];
  const ours = { policy: 'flywheel', ...labels };
  return [
    ...policy_names.map((policy) => ({
      name: 'regret',
      labels: { policy, ...labels },
      unit: 'clicks in 14 days',
      ...estimate(of(policy)),
    })),
    ...(['uniform', 'thompson'] as const).map((against) => ({
      name: 'regret_ratio',
      labels: { ...ours, against },
      unit: 'fraction',
      ...ratio(of('flywheel'), of(against)),
    })),
    {
      name: 'regret_difference',
      labels: { ...ours, against: 'thompson' },
      unit: 'clicks in 14 days',
      ...estimate(of('flywheel').map((x, i) => x - (of('thompson')[i] ?? 0))),
    },
  ];
}

const joined = (parts: readonly Regrets[]): Regrets =>
  Object.fromEntries(policy_names.map((policy) => [policy, parts.flatMap((part) => part[policy] ?? [])]));

const runs_per_job = 20;
/**
 * Jobs of a setting. Drifting worlds differ most from one another, and there the difference to plain Thompson sampling
 * has to show: at the lower volume chance hides it from a few hundred runs.
 */
function jobCount({ world, volume, limits }: ReturnType<typeof settings>[number]): number {
  if (world !== 'drifting') return 5;
  return volume < 1_000 && limits === 'none' ? 50 : 15;
}
const quick_runs = 8;

async function run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const all = settings(quick);
  const jobs = all.map((setting) =>
    Array.from({ length: quick ? 1 : jobCount(setting) }, (_, k): AllocationJob => {
      const runs = quick ? quick_runs : runs_per_job;
      return { ...setting, seed, first_run: k * runs, runs };
    }),
  );
  const flat = jobs.flat();
  const results = quick
    ? flat.map(allocationRuns)
    : await runJobs<AllocationJob, Regrets>(new URL('./allocation-run.ts', import.meta.url), flat, {
        onDone: (done, total) => onProgress?.(`allocation: ${done} of ${total} jobs of ${runs_per_job} runs`),
      });
  let taken = 0;
  return all.flatMap((setting, i) => {
    const count = jobs[i]?.length ?? 0;
    taken += count;
    return measuresOf(setting, joined(results.slice(taken - count, taken)));
  });
}

export const allocation: Evaluation = {
  name: 'allocation',
  description: 'Regret of budget allocation against uniform, greedy, plain Thompson and the oracle',
  run,
};
