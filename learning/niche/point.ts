/**
 * What an account says to its niche, as a point of bounded length: a count of one, where its click rate lies in a range
 * that is the same for all, and the effects of traits. Sums of such points tell a niche's mean rate, how accounts differ
 * and what goes with more clicks; the bound is what privacy is paid by.
 */
import type { Point } from '../privacy/continual.ts';
import { lengthOf } from '../privacy/continual.ts';

/** Click rates below and above are taken for these: the range is public, so that it tells nothing of anybody. */
export const rate_range = { low: 0.004, high: 0.05 } as const;
const centre = (Math.log(rate_range.low) + Math.log(rate_range.high)) / 2;
const half = (Math.log(rate_range.high) - Math.log(rate_range.low)) / 2;

/**
 * Effects of one account, on the log of the click rate, are scaled down to this length together. What an account can
 * tell apart is rarely longer, and the noise of effects is in proportion to it.
 */
export const longest_effects = 0.2;

/**
 * Length of each aspect at most. All of them together are .8 long, so that of the length of 1 that a member may move in
 * its life a fifth is left for changes.
 */
export const aspect_lengths = { count: 0.45, rate: 0.4, square: 0.15, effects: 0.5 } as const;

export const count_name = 'count';
export const rate_name = 'rate';
export const square_name = 'square';
const effect_prefix = 'effect ';
/** Name of the effect of a value, `trait=value`. */
export const effectName = (value: string): string => effect_prefix + value;

export interface Said {
  /** Log of the click rate. */
  readonly log_rate: number;
  /** Effects on the log of the click rate, by `trait=value`. */
  readonly effects: ReadonlyMap<string, number>;
}

/** Effects of values that are not in `columns` are left out. */
export function pointOf({ log_rate, effects }: Said, columns: ReadonlySet<string>): Point {
  const at = Math.min(1, Math.max(-1, (log_rate - centre) / half));
  const known = new Map([...effects].filter(([name, effect]) => columns.has(name) && effect !== 0));
  const scale = aspect_lengths.effects / Math.max(longest_effects, lengthOf(known));
  return new Map([
    [count_name, aspect_lengths.count],
    [rate_name, aspect_lengths.rate * at],
    [square_name, aspect_lengths.square * at ** 2],
    ...[...known].map(([name, effect]) => [effectName(name), effect * scale] as const),
  ]);
}

/** The mean of points: what a business says that has several accounts. */
export function meanPoint(points: readonly Point[]): Point {
  const mean = new Map<string, number>();
  for (const point of points)
    for (const [name, value] of point) mean.set(name, (mean.get(name) ?? 0) + value / points.length);
  return mean;
}

/** Log of a click rate from where it lies in the range, −1 to 1, and a spread likewise. */
export const logRateAt = (at: number): number => centre + half * at;
export const logSpread = (spread: number): number => half * spread;
