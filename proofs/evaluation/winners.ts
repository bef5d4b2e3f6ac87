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
import {
  gates,
  type Announced,
  type Gates,
  type RunOutcome,
  type WinnersJob,
  type WinnersResult,
} from './winners-run.ts';
import { betterWorlds, nullWorlds, type World } from './winners-world.ts';

const policy = defaultEvidencePolicy;
/** Gates off: only the evidence decides. On: the least exposure, and a lift that is at least 2 % with confidence. */
const policies = {
  off: { ...policy, min_impressions_per_arm: 0, min_lift: 0 },
  on: { ...policy, min_lift: 0.02 },
};
/** Experiments planned in the family, of which this one is the only one with evidence. */
const planned = [1, 10, 30] as const;
const thresholds = planned.map((k) => threshold(k, policy.alpha, 1));
const power_days = [14, 28] as const;
const rules = ['z_test', 'p_best'] as const;
/** Runs per job: enough jobs to keep every thread busy to the end. */
const runs_per_job = 50;

type Counts = (one: Announced | undefined) => boolean;

function shareOf(
  announced: readonly (Announced | undefined)[],
  counts: Counts,
  name: string,
  labels: Measure['labels'],
): Measure {
  const hits = announced.filter(counts).length;
  const interval = clopperPearson(hits, announced.length);
  return {
    name,
    labels,
    value: hits / announced.length,
    unit: 'share of experiments',
    ...interval,
    n: announced.length,
  };
}

/** Rules by the name they have in measures. */
const label = (rule: (typeof rules)[number]): string => rule.replace('_', '-');

function falseWinners(world: World, setting: Gates, runs: readonly RunOutcome[]): readonly Measure[] {
  const announced: Counts = (one) => one !== undefined && one.day > 0;
  const labels = { world: world.name, gates: setting };
  const measure = (rule: string, found: readonly (Announced | undefined)[]): Measure =>
    shareOf(found, announced, 'false_winner_rate', { rule, ...labels });
  return [
    measure(
      'flywheel',
      runs.map(({ flywheel }) => flywheel[0]),
    ),
    ...rules.map((rule) =>
      measure(
        label(rule),
        runs.map((run) => run[rule]),
      ),
    ),
  ];
}

function power(world: World, setting: Gates, runs: readonly RunOutcome[]): readonly Measure[] {
  return power_days.flatMap((days) => {
    const right: Counts = (one) => one !== undefined && one.arm === 0 && one.day > 0 && one.day <= days;
    const labels = { world: world.name, gates: setting, days: String(days) };
    return [
      ...planned.map((k, i) =>
        shareOf(
          runs.map(({ flywheel }) => flywheel[i]),
          right,
          'power',
          {
            rule: 'flywheel',
            ...labels,
            planned: String(k),
          },
        ),
      ),
      ...rules.map((rule) =>
        shareOf(
          runs.map((run) => run[rule]),
          right,
          'power',
          { rule: label(rule), ...labels, planned: '1' },
        ),
      ),
    ];
  });
}

interface Case {
  readonly world: World;
  readonly days: number;
}

const jobsOf = ({ world, days }: Case, seed: number, runs: number): readonly WinnersJob[] => {
  const per_job = Math.min(runs, runs_per_job);
  return Array.from({ length: runs / per_job }, (_, part) => ({
    world,
    days,
    policies,
    thresholds,
    runs: per_job,
    seed: seed + part * 7_919,
  }));
};

async function run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const runs = quick ? 50 : 2_000;
  const cases: readonly Case[] = [
    ...nullWorlds.map((world) => ({ world, days: quick ? 28 : 90 })),
    ...betterWorlds.map((world) => ({ world, days: 28 })),
  ];
  const jobs = cases.map((one) => jobsOf(one, seed, runs));
  const results = await runJobs<WinnersJob, WinnersResult>(new URL('winners-run.ts', import.meta.url), jobs.flat(), {
    onDone: (done, total) => onProgress?.(`winners: ${done} of ${total} parts`),
  });
  let from = 0;
  const measures = cases.flatMap(({ world }, i) => {
    const parts = results.slice(from, (from += jobs[i]?.length ?? 0));
    const measure = world.lift > 0 ? power : falseWinners;
    return gates.flatMap((setting) =>
      measure(
        world,
        setting,
        parts.flatMap((part) => part[setting]),
      ),
    );
  });
  const progress = onProgress === undefined ? {} : { onProgress };
  return [...measures, ...(await arrivals({ seed, quick, policy: policies.on, ...progress }))];
}

export const winners: Evaluation = {
  name: 'winners',
  description: 'False winners and power of the promoter, beside a z-test and P(best).',
  run,
};
