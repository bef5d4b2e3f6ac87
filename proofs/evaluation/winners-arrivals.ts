/**
 * False discoveries among all winners ever announced while experiments keep arriving: families of the planned size,
 * e-values frozen at announcement, announced winners counted among the k.
 */
import { discoveries } from '../../learning/evidence/e-bh.ts';
import type { EvidencePolicy } from '../../policy/evidence.ts';
import type { Measure } from '../measures.ts';
import { runJobs } from './pool.ts';
import type { PathsJob, PathsResult } from './winners-paths.ts';

/** Experiments that arrive in one repetition. */
const arriving = 200;
/** Days between two starts, and days each runs. */
const start_every_days = 1;
const run_days = 28;
/** Share of experiments with a true difference. */
const true_share = 0.25;

interface ArrivalOptions {
  readonly seed: number;
  readonly quick: boolean;
  readonly policy: EvidencePolicy;
  readonly onProgress?: (text: string) => void;
}

/** Plays one repetition: day by day, each family announces what e-BH allows. */
function play(
  paths: PathsResult,
  policy: EvidencePolicy,
): { readonly winners: number; readonly false_winners: number; readonly found: number } {
  let winners = 0;
  let false_winners = 0;
  for (let from = 0; from < arriving; from += policy.planned_experiments) {
    const family = paths.experiments.slice(from, from + policy.planned_experiments);
    const frozen = new Map<number, number>();
    const last_day = family.length * start_every_days + run_days;
    for (let day = 1; day <= last_day; day++) {
      const now = family.map((one, i) => frozen.get(i) ?? one.e_by_day[day - i * start_every_days] ?? 0);
      const k = discoveries(now, policy.planned_experiments, policy.alpha);
      if (k <= frozen.size) continue;
      const needed = policy.planned_experiments / (policy.alpha * k);
      now.forEach((e, i) => {
        if (frozen.has(i) || e < needed) return;
        frozen.set(i, e);
        winners++;
        if (family[i]?.truly_better !== true) false_winners++;
      });
    }
  }
  return { winners, false_winners, found: winners - false_winners };
}

export async function arrivals({ seed, quick, policy, onProgress }: ArrivalOptions): Promise<readonly Measure[]> {
  const repetitions = quick ? 4 : 100;
  const jobs = Array.from({ length: repetitions }, (_, i): PathsJob => ({
    seed: seed + i * 104_729,
    experiments: arriving,
    days: run_days,
    true_share,
    policy,
  }));
  const results = await runJobs<PathsJob, PathsResult>(new URL('winners-paths.ts', import.meta.url), jobs, {
    onDone: (done, total) =>
      onProgress?.(`winners: ${done} of ${total} repetitions of ${arriving} arriving experiments`),
  });
  const plays = results.map((paths) => play(paths, policy));
  const proportions = plays.map(({ winners, false_winners }) => (winners === 0 ? 0 : false_winners / winners));
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  const fdr = mean(proportions);
  const se = Math.sqrt(mean(proportions.map((p) => (p - fdr) ** 2)) / proportions.length);
  const truths = results.map((paths) => paths.experiments.filter((one) => one.truly_better).length);
  const labels = {
    rule: 'flywheel',
    world: `${arriving} arriving, overdispersed`,
    planned: String(policy.planned_experiments),
  };
  return [
    {
      name: 'false_discovery_rate',
      labels,
      value: fdr,
      unit: 'share of winners ever announced',
      low: Math.max(0, fdr - 1.96 * se),
      high: fdr + 1.96 * se,
      n: repetitions,
    },
    {
      name: 'power',
      labels,
      value: mean(plays.map((one, i) => one.found / Math.max(1, truths[i] ?? 1))),
      unit: 'share of true winners',
      n: repetitions,
    },
  ];
}
