/** What an experiment can be judged by, made from the counters of an arm. More is better in each of them. */

export type Metric = 'link_ctr' | 'cvr' | 'cost_per_result' | 'roas' | 'profit';

/**
 * Counters of one arm, in this order: impressions, link clicks, conversions, value and spend (minor units). Totals of
 * several arms follow one another in one array.
 */
export const counters = 5;
const impressions = 0;
const link_clicks = 1;
const conversions = 2;
const value_minor = 3;
const spend_minor = 4;

interface Definition {
  /** Counter whose sum is divided by `per`; profit takes spend off first. */
  readonly of: number;
  readonly per: number;
  /** Counter of events that a block must expect enough of; each follows from `per`. */
  readonly successes: number;
  /** Judged past the attribution window, in blocks of days. */
  readonly converts: boolean;
}

/** `cost_per_result` is compared as results per unit of spend, so that more is better. */
const definitions: Readonly<Record<Metric, Definition>> = {
  link_ctr: { of: link_clicks, per: impressions, successes: link_clicks, converts: false },
  cvr: { of: conversions, per: link_clicks, successes: conversions, converts: true },
  cost_per_result: { of: conversions, per: spend_minor, successes: conversions, converts: true },
  roas: { of: value_minor, per: spend_minor, successes: conversions, converts: true },
  profit: { of: value_minor, per: impressions, successes: conversions, converts: true },
};

const at = (totals: readonly number[], arm: number, counter: number): number => totals[arm * counters + counter] ?? 0;

/** Value of the metric for an arm; 0 where it has no exposure. */
export function metricOf(metric: Metric, totals: readonly number[], arm: number): number {
  const { of, per } = definitions[metric];
  const exposure = at(totals, arm, per);
  if (exposure <= 0) return 0;
  const gain = at(totals, arm, of) - (metric === 'profit' ? at(totals, arm, spend_minor) : 0);
  return gain / exposure;
}

/** The metric before spend is taken off. */
function gainOf(metric: Metric, totals: readonly number[], arm: number): number {
  const { of, per } = definitions[metric];
  const exposure = at(totals, arm, per);
  return exposure <= 0 ? 0 : at(totals, arm, of) / exposure;
}

export const impressionsOf = (totals: readonly number[], arm: number): number => at(totals, arm, impressions);
export const successesOf = (metric: Metric, totals: readonly number[], arm: number): number =>
  at(totals, arm, definitions[metric].successes);
/** What successes are counted against: impressions, link clicks or spend. */
export const trialsOf = (metric: Metric, totals: readonly number[], arm: number): number =>
  at(totals, arm, definitions[metric].per);
export const converts = (metric: Metric): boolean => definitions[metric].converts;

/** Counters of an hour in which each arm had as many trials and these successes. A rate's trials stand for all before it. */
export function hourOf(metric: Metric, trials: number, successes: readonly number[]): readonly number[] {
  const totals = new Array<number>(successes.length * counters).fill(0);
  const { of } = definitions[metric];
  successes.forEach((count, arm) => {
    for (let counter = impressions; counter < of; counter++) totals[arm * counters + counter] = trials;
    totals[arm * counters + of] = count;
  });
  return totals;
}

/** Whether a declared rate of the metric is one of successes per trial; money per success is not. */
export const isRate = (metric: Metric): boolean => metric === 'link_ctr' || metric === 'cvr';

/** Successes that both arms need before a guardrail says anything. */
const guardrail_successes = 30;
/** One-sided 95 %. */
const z95 = 1.645;

/**
 * Whether an arm is worse than a rival on a guardrail by more than `tolerance` (relative), and credibly worse at all: a
 * one-sided test on the counts behind it, taken as Poisson. Too few counts say nothing.
 */
export function breaksGuardrail(
  metric: Metric,
  totals: readonly number[],
  arm: number,
  rival: number,
  tolerance: number,
): boolean {
  const successes = successesOf(metric, totals, arm);
  const rivals = successesOf(metric, totals, rival);
  if (successes < guardrail_successes || rivals < guardrail_successes) return false;
  const own = metricOf(metric, totals, arm);
  const other = metricOf(metric, totals, rival);
  // Chance is in what successes bring; spend is known, so that a profit near nothing is not certain for that.
  const gain = gainOf(metric, totals, arm);
  const others = gainOf(metric, totals, rival);
  const sd = Math.sqrt((gain * gain) / successes + (others * others) / rivals);
  return own < other - tolerance * Math.abs(other) && other - own > z95 * sd;
}
