/**
 * `evaluate winners`: how often the promoter calls a winner where there is none, and how often it finds one that is
 * there, beside an hourly-peeked z-test and P(best) > .95. Same learning code as the promoter, simulated accounts.
 */
import { threshold } from '../../learning/evidence/e-bh.ts';
import { clopperPearson } from '../../learning/numeric.ts';
import { defaultEvidencePolicy } from '../../policy/evidence.ts';
import type { Measure } from '../measures.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import { runJobs } from './pool.ts';
import { arrivals } from './winners-arrivals.ts';
import type { Announced, WinnersJob, WinnersResult } from './winners-run.ts';
import { betterWorlds, nullWorlds, type World } from './winners-world.ts';

const policy = defaultEvidencePolicy;
/** Families of which the experiment is the only one with evidence. */
const planned = [1, 10, 30] as const;
const thresholds = planned.map((k) => threshold(k, policy.alpha, 1));
const power_days = [14, 28] as const;
/** Runs per job: enough jobs to keep every thread busy to the end. */
const runs_per_job = 100;

const job = (world: World, gates: boolean, seed: number, runs: number, days: number): WinnersJob => ({
  world,
  gates,
  seed,
  runs,
  days,
  policy,
  thresholds,
});

const rateOf = (
  announced: readonly Announced[],
  counts: (one: Announced) => boolean,
  name: string,
  labels: Readonly<Record<string, string>>,
): Measure => {
  const hits = announced.filter(counts).length;
  return {
    name,
    labels,
    value: hits / announced.length,
    unit: 'share of experiments',
    ...clopperPearson(hits, announced.length),
    n: announced.length,
  };
};

/** Joins the results of the jobs of one world. */
function joined(parts: readonly WinnersResult[]): WinnersResult {
  return {
    flywheel: thresholds.map((_, i) => parts.flatMap((part) => part.flywheel[i] ?? [])),
    z_test: parts.flatMap((part) => part.z_test),
    p_best: parts.flatMap((part) => part.p_best),
  };
}

function falseWinners(world: World, gates: boolean, { flywheel, z_test, p_best }: WinnersResult): readonly Measure[] {
  const announced = (one: Announced): boolean => one.day > 0;
  const labels = { world: world.name, gates: gates ? 'on' : 'off' };
  const measure = (rule: string, found: readonly Announced[]): Measure =>
    rateOf(found, announced, 'false_winner_rate', { rule, ...labels });
  return [measure('flywheel', flywheel[0] ?? []), measure('z-test', z_test), measure('p-best', p_best)];
}

function power(world: World, { flywheel, z_test, p_best }: WinnersResult): readonly Measure[] {
  return power_days.flatMap((days) => {
    const right = (one: Announced): boolean => one.arm === 0 && one.day > 0 && one.day <= days;
    const labels = { world: world.name, days: String(days) };
    return [
      ...planned.map((k, i) =>
        rateOf(flywheel[i] ?? [], right, 'power', { rule: 'flywheel', ...labels, planned: String(k) }),
      ),
      rateOf(z_test, right, 'power', { rule: 'z-test', ...labels, planned: '1' }),
      rateOf(p_best, right, 'power', { rule: 'p-best', ...labels, planned: '1' }),
    ];
  });
}

async function run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const runs = quick ? 40 : 2_000;
  const days = quick ? 28 : 90;
  const cases = [
    ...nullWorlds.map((world) => ({ world, gates: false, days })),
    ...nullWorlds.map((world) => ({ world, gates: true, days })),
    ...betterWorlds.map((world) => ({ world, gates: true, days: 28 })),
  ];
  const per_job = Math.min(runs, runs_per_job);
  const parts = runs / per_job;
  const jobs = cases.flatMap((one) =>
    Array.from({ length: parts }, (_, part) => job(one.world, one.gates, seed + part * 7_919, per_job, one.days)),
  );
  const results = await runJobs<WinnersJob, WinnersResult>(new URL('winners-run.ts', import.meta.url), jobs, {
    onDone: (done, total) => onProgress?.(`winners: ${done} of ${total} parts`),
  });
  const measures = cases.flatMap(({ world, gates }, i) => {
    const result = joined(results.slice(i * parts, (i + 1) * parts));
    return world.lift > 0 ? power(world, result) : falseWinners(world, gates, result);
  });
  return [
    ...measures,
    ...(await arrivals({ seed, quick, policy, ...(onProgress === undefined ? {} : { onProgress }) })),
  ];
}

export const winners: Evaluation = {
  name: 'winners',
  description: 'False winners and power of the promoter, beside a z-test and P(best).',
  run,
};
