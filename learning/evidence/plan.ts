/** What an experiment can show, asked before it starts: its own rule, run on drawn hours. */
import { poisson, type Random } from '../numeric.ts';
import { eValue, leader, newCourse, passHour, type CourseRule } from './course.ts';
import { hourOf, impressionsOf } from './metrics.ts';

/** Days that are tried at most. */
export const most_days = 180;
const hours_per_day = 24;

export interface Plan {
  /** Of a metric that is a rate. */
  readonly rule: CourseRule;
  /** Successes per trial of the arms that are not better, fraction. */
  readonly rate: number;
  /** Trials of each arm in an hour. */
  readonly trials_per_hour: number;
  /** e-value that announces. */
  readonly needed: number;
  readonly min_blocks: number;
  /** Hours after which what was counted may be looked at. */
  readonly maturity_hours: number;
  /** Impressions that each arm needs. */
  readonly min_impressions: number;
}

/**
 * Days until the first arm, better by the relative `lift`, is found, in each of `runs` drawn experiments; Infinity where
 * not within `days`. Hours are independent Poisson counts: real ones resemble each other and take longer.
 */
export function daysToFind(plan: Plan, lift: number, days: number, runs: number, random: Random): readonly number[] {
  return Array.from({ length: runs }, () => daysOfOne(plan, lift, days, random));
}

function daysOfOne(plan: Plan, lift: number, days: number, random: Random): number {
  const { rule, rate, trials_per_hour, maturity_hours } = plan;
  const last = days * hours_per_day - maturity_hours;
  let course = newCourse(rule);
  for (let hour = 1; hour <= last; hour++) {
    const successes = Array.from({ length: rule.arms }, (_, arm) =>
      poisson(trials_per_hour * rate * (arm === 0 ? 1 + lift : 1), random),
    );
    const passed = passHour(rule, course, hourOf(rule.metric, trials_per_hour, successes));
    course = passed.course;
    if (passed.closed === null || course.blocks < plan.min_blocks) continue;
    if (impressionsOf(course.totals, 1) < plan.min_impressions) continue;
    const { arm, log_e } = leader(rule, course);
    if (arm === 0 && eValue(log_e, rule, course) >= plan.needed) return (hour + maturity_hours) / hours_per_day;
  }
  return Infinity;
}

const most_lift = 4;
const halvings = 9;

/**
 * Smallest relative lift that at least a share `power` of experiments find within `days`; Infinity where not even a
 * fivefold rate would. `random` makes a new generator, the same each time: lifts are compared on the same luck.
 */
export function smallestLift(
  plan: Plan,
  { days, power, runs }: { readonly days: number; readonly power: number; readonly runs: number },
  random: () => Random,
): number {
  const found = (lift: number): boolean => quantile(daysToFind(plan, lift, days, runs, random()), power) < Infinity;
  if (!found(most_lift)) return Infinity;
  let [low, high] = [0, most_lift];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (found(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The value that a share `p` of them do not exceed. */
export const quantile = (values: readonly number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(p * values.length) - 1)] ?? Infinity;

/** Standard normal quantiles of a two-sided .05 and of a power of .9. */
const z_alpha = 1.959964;
const z_power = 1.281552;

/**
 * Successes per arm with which a z-test that is looked at once, at the planned end, finds a lift nine times in ten:
 * n = (z_α + z_β)² (1 + (1 + L)) / L² (Fleiss, Statistical Methods for Rates and Proportions, 3rd ed., §4.2, small rates).
 */
export const successesOfOneLook = (lift: number): number => ((z_alpha + z_power) ** 2 * (2 + lift)) / lift ** 2;
