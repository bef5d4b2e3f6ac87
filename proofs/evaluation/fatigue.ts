/**
 * `evaluate fatigue`: how often an ad that does not tire is called tired, also when its whole account falls; how soon one
 * is that loses .3 of its rate in a fortnight; and how far the days until a critical loss can be believed. The monitor's
 * own handlers are judged, beside the rule of the system this one follows.
 */
import { clopperPearson } from '../../learning/numeric.ts';
import type { Measure } from '../measures.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import {
  fatigue_rules,
  fatigueRuns,
  type FatigueJob,
  type FatigueOutcome,
  type FatigueRule,
  type Forecasts,
  type RuleRuns,
} from './fatigue-run.ts';
import { adsOf, days, stable_worlds, tires_on, tiring_worlds, type FatigueWorld } from './fatigue-world.ts';
import { runJobs } from './pool.ts';

const volumes = [1_000, 2_000, 5_000];
const days_per_month = 30;
const targets: Readonly<Record<number, number>> = { 1_000: 21, 2_000: 16, 5_000: 14 };
const most_false = 0.05;
const z95 = 1.959964;

interface Setting {
  readonly world: FatigueWorld;
  readonly impressions_per_day: number;
}

const tires = (world: FatigueWorld): boolean => tiring_worlds.some((one) => one === world);

interface Mean {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Mean of what accounts came to, one number each: ads of an account share its days. 95 %, by the normal distribution. */
function meanOf(values: readonly number[]): Mean {
  const n = Math.max(1, values.length);
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  const half = z95 * Math.sqrt(values.reduce((sum, one) => sum + (one - value) ** 2, 0) / Math.max(1, n - 1) / n);
  return { value, low: Math.max(0, value - half), high: value + half };
}

const labelsOf = ({ world, impressions_per_day }: Setting, rule: string): Measure['labels'] => ({
  rule,
  impressions_per_day: String(impressions_per_day),
  world,
});

/** Alarms per ad-month, and share of days on which a stable ad is called tired: the rule's answer to one check. */
function falseAlarms(setting: Setting, rule: FatigueRule, runs: RuleRuns): readonly Measure[] {
  const labels = labelsOf(setting, rule);
  const months = (adsOf(setting.world) * days) / days_per_month;
  const { value, low, high } = meanOf(runs.alarms.map((alarms) => alarms / months));
  const n = months * runs.alarms.length;
  // Where hardly any account has an alarm the normal interval is too narrow; where an ad-month has several, no share is.
  const exact = value < 1 ? clopperPearson(Math.round(value * n), n) : { low, high };
  return [
    {
      name: 'false_alarm_rate',
      labels,
      value,
      low: Math.min(low, exact.low),
      high: Math.max(high, exact.high),
      n,
      unit: 'alarms per ad-month',
      target: most_false,
    },
    {
      name: 'false_checks',
      labels,
      value: runs.tired_days / runs.judged_days,
      n: runs.judged_days,
      unit: 'share of days called tired',
    },
  ];
}

/** Median days from the begin of a decline to its alarm, with its 95 % interval by binomial ranks. */
function delay(setting: Setting, rule: FatigueRule, { delays }: RuleRuns): Measure {
  const never = days - tires_on;
  const sorted = delays.map((one) => one ?? never).toSorted((a, b) => a - b);
  const n = sorted.length;
  const half = 0.98 * Math.sqrt(n);
  const at = (rank: number): number => sorted[Math.max(0, Math.min(n - 1, rank))] ?? never;
  return {
    name: 'detection_delay',
    labels: { ...labelsOf(setting, rule), quantile: 'median' },
    value: at(Math.ceil(n / 2) - 1),
    low: at(Math.floor(n / 2 - half) - 1),
    high: at(Math.ceil(n / 2 + half)),
    n,
    unit: 'days',
    ...(setting.world === 'loses_30' ? { target: targets[setting.impressions_per_day] ?? never } : {}),
  };
}

/** How often the interval of days until the critical loss holds them; days of one account are alike, so by account. */
function forecast(setting: Setting, forecasts: readonly Forecasts[]): readonly Measure[] {
  const labels = labelsOf(setting, 'flywheel');
  const told = forecasts.filter((one) => one.told > 0);
  const sum = (field: 'days' | 'told' | 'bounded' | 'covered'): number =>
    forecasts.reduce((all, one) => all + one[field], 0);
  const { low, high } = meanOf(told.map(({ covered, told: all }) => covered / all));
  const value = sum('covered') / Math.max(1, sum('told'));
  const errors = forecasts.flatMap(({ error_days }) => (error_days === null ? [] : [error_days]));
  const sorted = errors.toSorted((a, b) => a - b);
  return [
    {
      name: 'critical_coverage',
      labels,
      value,
      low: Math.min(low, value),
      high: Math.max(value, Math.min(1, high)),
      n: told.length,
      unit: 'of intervals told',
      target: 0.95,
    },
    {
      name: 'critical_bounded',
      labels,
      value: sum('bounded') / Math.max(1, sum('told')),
      n: sum('told'),
      unit: 'of intervals told: those that end',
    },
    {
      name: 'critical_error',
      labels: { ...labels, quantile: 'median' },
      value: sorted[Math.floor(sorted.length / 2)] ?? 0,
      n: sorted.length,
      unit: 'days, estimate at the alarm less truth',
    },
  ];
}

function measuresOf(setting: Setting, outcomes: readonly FatigueOutcome[]): readonly Measure[] {
  const rules = fatigue_rules.flatMap((rule) => {
    const own = outcomes.map((outcome) => outcome.rules[rule]);
    const runs: RuleRuns = {
      alarms: own.flatMap(({ alarms }) => alarms),
      tired_days: own.reduce((sum, { tired_days }) => sum + tired_days, 0),
      judged_days: own.reduce((sum, { judged_days }) => sum + judged_days, 0),
      delays: own.flatMap(({ delays }) => delays),
    };
    return tires(setting.world) ? [delay(setting, rule, runs)] : falseAlarms(setting, rule, runs);
  });
  if (!tires(setting.world)) return rules;
  const changes = outcomes.flatMap((outcome) => outcome.changes);
  const told: Measure = {
    name: 'status_changes',
    labels: labelsOf(setting, 'flywheel'),
    ...meanOf(changes),
    n: changes.length,
    unit: 'told after the alarm, an ad',
  };
  const forecasts = outcomes.flatMap((outcome) => outcome.forecasts);
  return [...rules, told, ...(setting.world === 'wears' ? forecast(setting, forecasts) : [])];
}

const runs_per_job = 10;
const jobs_per_setting = 10;
const quick_runs = 2;

async function run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const settings = (quick ? [2_000] : volumes).flatMap((impressions_per_day) =>
    [...stable_worlds, ...tiring_worlds].map((world): Setting => ({ world, impressions_per_day })),
  );
  const each = quick ? 1 : jobs_per_setting;
  const runs = quick ? quick_runs : runs_per_job;
  const jobs = settings.flatMap((setting) =>
    Array.from({ length: each }, (_, k): FatigueJob => ({ ...setting, seed, first_run: k * runs, runs })),
  );
  const results = quick
    ? jobs.map(fatigueRuns)
    : await runJobs<FatigueJob, FatigueOutcome>(new URL('./fatigue-run.ts', import.meta.url), jobs, {
        onDone: (done, total) => onProgress?.(`fatigue: ${done} of ${total} jobs of ${runs_per_job} accounts`),
      });
  return settings.flatMap((setting, i) => measuresOf(setting, results.slice(i * each, (i + 1) * each)));
}

export const fatigue: Evaluation = {
  name: 'fatigue',
  description: 'How often a stable ad is called tired, how soon one is that tires, and how far its forecast holds.',
  run,
};
