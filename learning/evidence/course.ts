/**
 * The course of an experiment: hours pass, blocks close, evidence builds up. Restated data change what is counted, never
 * where a block ends: that was decided by exposure, at rates known before the block.
 */
import { blockHours, long_block_hours } from './block-length.ts';
import { emptyPairs, isComplete, knownRate, logBest, withBlock, withRestated, type PairSums } from './blocks.ts';
import { logUpwardConditional } from './counts.ts';
import { counters, isRate, metricOf, successesOf, trialsOf, type Metric } from './metrics.ts';

/** Fixed before the first block. */
export interface CourseRule {
  readonly arms: number;
  readonly metric: Metric;
  /** Rate that the experiment expects of its metric. */
  readonly declared_rate: number;
  /** Hours from which the length of blocks is chosen and that are no evidence; 0 where a block may be an hour. */
  readonly calibration_hours: number;
  /** Successes that the smallest arm of a block must expect. */
  readonly expected_successes: number;
  /** From differences of blocks, or from counts alone where users were assigned one by one. */
  readonly evidence: 'blocks' | 'counts';
  /** c² of the t-mixture over blocks. */
  readonly c2: number;
  /** Standard deviation of the log of rate ratios in the mixture over counts. */
  readonly log_ratio_sd: number;
  /** Evidence is divided by this; by the second where hours were seen to resemble each other. */
  readonly safety_factor: number;
  readonly correlated_safety_factor: number;
}

export interface OpenBlock {
  /** Hour of the course at which it began. */
  readonly start: number;
  /** Successes per trial that were expected when it began. */
  readonly rate: number;
  /** Counters of each arm. */
  readonly totals: readonly number[];
}

export interface Course {
  /** Hours that have passed. */
  readonly hours: number;
  readonly totals: readonly number[];
  /** Hourly differences of the first two arms while calibrating; empty afterwards. */
  readonly calibration: readonly number[];
  /** Least length of a block in hours; 0 while calibrating. */
  readonly block_hours: number;
  readonly block: OpenBlock;
  readonly blocks: number;
  readonly pairs: PairSums;
  /** Strongest moment of each arm so far; null for one that never had evidence. */
  readonly peaks: readonly (Peak | null)[];
}

/** An arm's strongest moment: what its evidence came from, so that it can be computed again on restated data. */
export interface Peak {
  /** Hours that had passed. */
  readonly hours: number;
  readonly blocks: number;
  readonly pairs: PairSums;
  /** Counters then, where the evidence is of counts; else empty. */
  readonly totals: readonly number[];
  readonly log_e: number;
}

const noTotals = (arms: number): readonly number[] => new Array<number>(arms * counters).fill(0);

export function newCourse(rule: CourseRule): Course {
  const totals = noTotals(rule.arms);
  return {
    hours: 0,
    totals,
    calibration: [],
    block_hours: rule.calibration_hours === 0 ? 1 : 0,
    block: { start: 0, rate: rateFor(rule, totals), totals },
    blocks: 0,
    pairs: emptyPairs(rule.arms),
    peaks: new Array<null>(rule.arms).fill(null),
  };
}

/** Successes per trial to expect next; 0 where nothing is known, which no block can close on. */
function rateFor({ metric, arms, declared_rate, expected_successes }: CourseRule, totals: readonly number[]): number {
  let successes = 0;
  let trials = 0;
  for (let arm = 0; arm < arms; arm++) {
    successes += successesOf(metric, totals, arm);
    trials += trialsOf(metric, totals, arm);
  }
  if (isRate(metric)) return knownRate(successes, trials, declared_rate);
  // Money has no declared rate: what stands for it must have been seen as often as a block expects.
  return successes >= expected_successes && trials > 0 ? successes / trials : 0;
}

const added = (a: readonly number[], b: readonly number[]): readonly number[] => {
  const sum = new Array<number>(a.length);
  for (let i = 0; i < a.length; i++) sum[i] = (a[i] ?? 0) + (b[i] ?? 0);
  return sum;
};

export interface Passed {
  readonly course: Course;
  /** Counters of the block that this hour closed; null where none. */
  readonly closed: readonly number[] | null;
}

/** Lets an hour pass, with what each arm got in it. `hourly` is false where the data come in longer windows. */
export function passHour(rule: CourseRule, course: Course, hour: readonly number[], hourly = true): Passed {
  const totals = added(course.totals, hour);
  const hours = course.hours + 1;
  if (course.block_hours === 0)
    return { course: calibrated(rule, { ...course, hours, totals }, hour, hourly), closed: null };
  const begun = course.block.rate > 0 ? course.block : begunAnew(rule, course);
  const block = { ...begun, totals: added(begun.totals, hour) };
  const trials: number[] = [];
  for (let arm = 0; arm < rule.arms; arm++) trials.push(trialsOf(rule.metric, block.totals, arm));
  const complete = isComplete(hours - block.start, trials, block.rate, {
    hours: course.block_hours,
    expected_successes: rule.expected_successes,
  });
  if (!complete) return { course: counted(rule, { ...course, hours, totals, block }), closed: null };
  const pairs = withBlock(course.pairs, valuesOf(rule, block.totals));
  const next = { start: hours, rate: rateFor(rule, totals), totals: noTotals(rule.arms) };
  const closed = { ...course, hours, totals, block: next, blocks: course.blocks + 1, pairs };
  return { course: peaked(rule, closed), closed: block.totals };
}

/** A block cannot close on a rate of nothing: it begins again each hour until enough was seen. */
const begunAnew = (rule: CourseRule, { hours, totals }: Course): OpenBlock => ({
  start: hours,
  rate: rateFor(rule, totals),
  totals: noTotals(rule.arms),
});

/** A calibration hour: the length of blocks is chosen with the last one. */
function calibrated(rule: CourseRule, course: Course, hour: readonly number[], hourly: boolean): Course {
  const difference = metricOf(rule.metric, hour, 0) - metricOf(rule.metric, hour, 1);
  const calibration = hourly ? [...course.calibration, difference] : course.calibration;
  if (course.hours < rule.calibration_hours) return { ...course, calibration };
  const known = calibration.length === rule.calibration_hours;
  return {
    ...course,
    calibration: [],
    block_hours: known ? blockHours(calibration) : long_block_hours,
    block: { start: course.hours, rate: rateFor(rule, course.totals), totals: noTotals(rule.arms) },
  };
}

/** Metric of each arm in a block. */
const valuesOf = ({ metric, arms }: CourseRule, totals: readonly number[]): readonly number[] =>
  Array.from({ length: arms }, (_, arm) => metricOf(metric, totals, arm));

/** Counts say something new each hour, blocks only when one closes. */
const counted = (rule: CourseRule, course: Course): Course =>
  rule.evidence === 'counts' ? peaked(rule, course) : course;

function peaked(rule: CourseRule, course: Course): Course {
  const { hours, blocks, pairs } = course;
  const totals = rule.evidence === 'counts' ? course.totals : [];
  let peaks: (Peak | null)[] | undefined;
  for (let arm = 0; arm < rule.arms; arm++) {
    const log_e = armEvidence(rule, course, arm);
    if (log_e <= (course.peaks[arm]?.log_e ?? 0)) continue;
    peaks ??= [...course.peaks];
    peaks[arm] = { hours, blocks, pairs, totals, log_e };
  }
  return peaks === undefined ? course : { ...course, peaks };
}

/** log e-value of the strongest moment of any arm; 0 where none had evidence. */
export const strongest = ({ peaks }: Course): number =>
  peaks.reduce((most, peak) => Math.max(most, peak?.log_e ?? 0), 0);

/** Counters of an hour that has passed turn out to have been others: the block is still open, or was never one. */
export function restatedOpen(rule: CourseRule, course: Course, hour: number, difference: readonly number[]): Course {
  const totals = added(course.totals, difference);
  const block =
    hour < course.block.start || course.block_hours === 0
      ? course.block
      : { ...course.block, totals: added(course.block.totals, difference) };
  const restated = { ...course, totals, block };
  if (rule.evidence !== 'counts') return restated;
  return peaked(rule, { ...restated, peaks: restatedPeaks(rule, course, hour, difference, samePairs) });
}

/**
 * The same in the closed block number `index` (0 is the first), whose counters were `before`. Returns what they are now.
 * Each arm's strongest moment keeps its place; its evidence is computed again.
 */
export function restatedClosed(
  rule: CourseRule,
  course: Course,
  { hour, index }: { readonly hour: number; readonly index: number },
  before: readonly number[],
  difference: readonly number[],
): { readonly course: Course; readonly block: readonly number[] } {
  const now = added(before, difference);
  const old = valuesOf(rule, before);
  const values = valuesOf(rule, now);
  const pairs = withRestated(course.pairs, old, values);
  const ofPeak = ({ blocks, pairs: peak }: Peak): PairSums => (index < blocks ? withRestated(peak, old, values) : peak);
  const peaks = restatedPeaks(rule, course, hour, difference, ofPeak);
  const totals = added(course.totals, difference);
  return { course: peaked(rule, { ...course, totals, pairs, peaks }), block: now };
}

const samePairs = ({ pairs }: Peak): PairSums => pairs;

/** The arms' strongest moments on the data as they are now. */
const restatedPeaks = (
  rule: CourseRule,
  { peaks }: Course,
  hour: number,
  difference: readonly number[],
  pairsOf: (peak: Peak) => PairSums,
): readonly (Peak | null)[] =>
  peaks.map((peak, arm) => {
    if (peak === null) return null;
    const pairs = pairsOf(peak);
    const totals = peak.totals.length > 0 && hour < peak.hours ? added(peak.totals, difference) : peak.totals;
    if (pairs === peak.pairs && totals === peak.totals) return peak;
    return { ...peak, pairs, totals, log_e: armEvidence(rule, { totals, pairs }, arm) };
  });

/** log e-value for "this arm beats all others": the smallest of its e-values against each rival. */
export function armEvidence(
  rule: CourseRule,
  { totals, pairs }: Pick<Course, 'totals' | 'pairs'>,
  arm: number,
): number {
  if (rule.evidence === 'blocks') return logBest(pairs, arm, rule.arms, rule.c2);
  const { metric, log_ratio_sd } = rule;
  const clicks = successesOf(metric, totals, arm);
  const shown = trialsOf(metric, totals, arm);
  let least = Infinity;
  for (let rival = 0; rival < rule.arms && least > -Infinity; rival++)
    if (rival !== arm)
      least = Math.min(
        least,
        logUpwardConditional(
          clicks,
          shown,
          successesOf(metric, totals, rival),
          trialsOf(metric, totals, rival),
          log_ratio_sd,
        ),
      );
  return least;
}

/** Arm with the largest such e-value, and its log; arm −1 where none leads. */
export function leader(
  rule: CourseRule,
  course: Pick<Course, 'totals' | 'pairs'>,
): { readonly arm: number; readonly log_e: number } {
  let arm = -1;
  let log_e = -Infinity;
  for (let candidate = 0; candidate < rule.arms; candidate++) {
    const value = armEvidence(rule, course, candidate);
    if (value > log_e) {
      log_e = value;
      arm = candidate;
    }
  }
  return { arm, log_e };
}

/** Largest exponent whose result is still a finite number that can be written down. */
const most_log = 600;

/** What the evidence of a course is divided by. */
const marginOf = ({ safety_factor, correlated_safety_factor }: CourseRule, { block_hours }: Course): number =>
  block_hours >= long_block_hours ? correlated_safety_factor : safety_factor;

/** e-value of a log, with the safety margin of the course taken off; 0 for no evidence. */
export const eValue = (log_e: number, rule: CourseRule, course: Course): number =>
  log_e === -Infinity ? 0 : Math.exp(Math.min(most_log, log_e)) / marginOf(rule, course);

/** Log that gives an e-value. */
export const logNeeded = (e_value: number, rule: CourseRule, course: Course): number =>
  Math.log(e_value * marginOf(rule, course));
