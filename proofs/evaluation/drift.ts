/**
 * `evaluate drift`: how often predictions are said to have gone wrong where they have not, per 1,000 days with matured
 * predictions, and how many days it takes where they have; beside accuracy against its ceiling, and beside the rule of
 * agreement below 80 %, which is a rule about traffic.
 */
import { clopperPearson } from '../../learning/numeric.ts';
import type { Measure } from '../measures.ts';
import { drift_rules, driftRuns, type DriftJob, type DriftOutcome, type RuleOutcome } from './drift-run.ts';
import { drifting_worlds, stable_worlds, type DriftWorld } from './drift-world.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import { runJobs } from './pool.ts';

/** False alarms per 1,000 windows that are allowed. */
const allowed = 1;
/** Days that a drift is looked for. */
const looked_for_days = 90;

type Setting = Pick<DriftJob, 'world' | 'ads' | 'stable_days' | 'drifting_days'>;

const isStable = (world: DriftWorld): boolean => stable_worlds.some((stable) => stable === world);

function settings(quick: boolean): readonly Setting[] {
  const volumes = quick ? [4] : [1, 4, 20];
  const stable = { stable_days: quick ? 120 : 400, drifting_days: 0 };
  const drifting = { stable_days: 60, drifting_days: looked_for_days };
  return volumes.flatMap((ads) => [
    ...stable_worlds.map((world) => ({ world, ads, ...stable })),
    ...drifting_worlds.map((world) => ({ world, ads, ...drifting })),
  ]);
}

/** Median, and the 95 % interval of the median by its binomial ranks; a drift that was not found took all days. */
function median(delays: readonly (number | null)[]): {
  readonly value: number;
  readonly low: number;
  readonly high: number;
} {
  const sorted = delays.map((delay) => delay ?? looked_for_days).sort((a, b) => a - b);
  const n = sorted.length;
  const half = 0.98 * Math.sqrt(n);
  const at = (rank: number): number => sorted[Math.max(0, Math.min(n - 1, rank))] ?? looked_for_days;
  return { value: at(Math.ceil(n / 2) - 1), low: at(Math.floor(n / 2 - half) - 1), high: at(Math.ceil(n / 2 + half)) };
}

function measuresOf({ world, ads }: Setting, rule: string, outcome: RuleOutcome): readonly Measure[] {
  const { false_alarms, windows, delays } = outcome;
  const labels = { rule, world, ads_a_day: String(ads) };
  if (isStable(world)) {
    const { low, high } = clopperPearson(false_alarms, windows);
    const unit = 'false alarms per 1,000 days';
    const value = (1_000 * false_alarms) / windows;
    return [
      { name: 'false_alarms', labels, value, low: 1_000 * low, high: 1_000 * high, n: windows, unit, target: allowed },
    ];
  }
  const found = delays.filter((delay) => delay !== null).length;
  return [
    { name: 'delay', labels, ...median(delays), n: delays.length, unit: `days, median; ${looked_for_days}: not found` },
    {
      name: 'found',
      labels,
      value: found / delays.length,
      ...clopperPearson(found, delays.length),
      n: delays.length,
      unit: `share found in ${looked_for_days} days`,
    },
  ];
}

const joined = (parts: readonly RuleOutcome[]): RuleOutcome => ({
  false_alarms: parts.reduce((sum, part) => sum + part.false_alarms, 0),
  windows: parts.reduce((sum, part) => sum + part.windows, 0),
  delays: parts.flatMap(({ delays }) => delays),
});

const runs_per_job = 10;
/** Jobs of a setting: some 30,000 stable days, 200 drifts. */
const jobCount = ({ world }: Setting): number => (isStable(world) ? 8 : 20);
const quick_runs = 4;

async function run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const all = settings(quick);
  const jobs = all.map((setting) =>
    Array.from({ length: quick ? 1 : jobCount(setting) }, (_, k): DriftJob => {
      const runs = quick ? quick_runs : runs_per_job;
      return { ...setting, seed, first_run: k * runs, runs };
    }),
  );
  const flat = jobs.flat();
  const results = quick
    ? flat.map(driftRuns)
    : await runJobs<DriftJob, DriftOutcome>(new URL('./drift-run.ts', import.meta.url), flat, {
        onDone: (done, total) => onProgress?.(`drift: ${done} of ${total} jobs of ${runs_per_job} accounts`),
      });
  let taken = 0;
  return all.flatMap((setting, i) => {
    const count = jobs[i]?.length ?? 0;
    taken += count;
    const own = results.slice(taken - count, taken);
    return drift_rules.flatMap((rule) => measuresOf(setting, rule, joined(own.map((outcome) => outcome[rule]))));
  });
}

export const drift: Evaluation = {
  name: 'drift',
  description: 'False alarms and delay of drift detection against a fixed threshold of 80 %',
  run,
};
