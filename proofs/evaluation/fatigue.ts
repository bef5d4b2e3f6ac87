/**
 * `evaluate fatigue`: how often a stable ad is called tired, also when its whole account falls, and how soon one is that
 * loses .3 of its rate in a fortnight; beside the rule of the system this one follows.
 */
import { clopperPearson, generator } from '../../learning/numeric.ts';
import { defaultFatiguePolicy } from '../../policy/fatigue.ts';
import type { Measure } from '../measures.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import { account, ads_of_account, days, onsets, ourRule, tires_on, twoDaysAgo, type Rule } from './fatigue-world.ts';

const all_runs = 200;
const quick_runs = 8;
const volumes = [1_000, 2_000, 5_000];
const days_per_month = 30;
const targets: Readonly<Record<number, number>> = { 1_000: 21, 2_000: 16, 5_000: 14 };
const most_false = 0.05;

const rules: readonly { readonly name: string; readonly rule: Rule }[] = [
  { name: 'flywheel', rule: ourRule(defaultFatiguePolicy) },
  { name: 'two-days-ago', rule: twoDaysAgo },
];

interface Job {
  readonly name: string;
  readonly rule: Rule;
  readonly impressions_per_day: number;
  readonly runs: number;
  readonly seed: number;
}

const least_days = defaultFatiguePolicy.baseline_days;

/** Share of ad-months in which a stable ad begins to be called tired. */
function falseAlarms({ name, rule, impressions_per_day, runs, seed }: Job, account_falls: boolean): Measure {
  const random = generator(seed);
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const world = { impressions_per_day, account_falls, first_ad_tires: false };
    for (const began of onsets(account(world, random), rule, { from: 0, watched: ads_of_account, least_days }))
      alarms += new Set(began.map((day) => Math.floor(day / days_per_month))).size;
  }
  const months = (runs * ads_of_account * days) / days_per_month;
  const { low, high } = clopperPearson(alarms, months);
  return {
    name: 'false_alarm_rate',
    labels: {
      rule: name,
      impressions_per_day: String(impressions_per_day),
      world: account_falls ? 'account falls' : 'stable',
    },
    value: alarms / months,
    unit: 'of ad-months',
    low,
    high,
    n: months,
    target: most_false,
  };
}

/** Median days from the begin of a decline to its first alarm. */
function delay({ name, rule, impressions_per_day, runs, seed }: Job): Measure {
  const random = generator(seed + 1);
  const delays: number[] = [];
  for (let run = 0; run < runs; run++) {
    const world = { impressions_per_day, account_falls: false, first_ad_tires: true };
    const [began = []] = onsets(account(world, random), rule, { from: tires_on, watched: 1, least_days });
    delays.push((began[0] ?? days + tires_on - 1) - tires_on + 1);
  }
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (p: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(p * sorted.length)))] ?? days;
  // Order statistics around the median: a 95 % interval without any assumption.
  const half = 0.98 / Math.sqrt(sorted.length);
  return {
    name: 'detection_delay',
    labels: { rule: name, impressions_per_day: String(impressions_per_day), quantile: 'median' },
    value: at(0.5),
    unit: 'days',
    low: at(0.5 - half),
    high: at(0.5 + half),
    n: runs,
    target: targets[impressions_per_day] ?? days,
  };
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const runs = quick ? quick_runs : all_runs;
  const measures: Measure[] = [];
  for (const impressions_per_day of volumes)
    for (const { name, rule } of rules) {
      onProgress?.(`fatigue: ${name} at ${impressions_per_day} impressions a day`);
      const job: Job = { name, rule, impressions_per_day, runs, seed };
      measures.push(falseAlarms(job, false), falseAlarms(job, true), delay(job));
      await pause();
    }
  return measures;
}

export const fatigue: Evaluation = {
  name: 'fatigue',
  description: 'How often a stable ad is called tired, and how soon one is that tires.',
  run,
};
