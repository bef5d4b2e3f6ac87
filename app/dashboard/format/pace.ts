/** How long evidence still needs at its pace: a range, because evidence wanders. */
import type { SeriesPoint } from '../../operations/operations.ts';

const day_ms = 86_400_000;
/** Days of history from which a pace is told at all. */
const least_days = 5;
/** Written for no evidence at all, which has no logarithm. */
const no_evidence = -12;

export interface Pace {
  /** Days until the threshold at the fastest and slowest pace that the history allows; `most` Infinity where it may never. */
  readonly least: number;
  readonly most: number;
}

/**
 * Days until a line of logarithms reaches `threshold`: what is missing over the mean step of a day, with two standard
 * errors of that mean either way. Null where there are too few days, it is there already, or it does not rise.
 */
export function paceTo(points: readonly SeriesPoint[], line: string, threshold: number): Pace | null {
  const byDay = new Map<number, number>();
  for (const point of points) {
    const value = point[line];
    if (value !== undefined && Number.isFinite(value) && value > no_evidence)
      byDay.set(Math.floor(point.at_ms / day_ms), value);
  }
  const days = [...byDay].sort(([a], [b]) => a - b);
  const last = days.at(-1)?.[1];
  if (days.length <= least_days || last === undefined || last >= threshold) return null;
  const steps = days.slice(1).map(([day, value], i) => {
    const [day_before = day - 1, before = value] = days[i] ?? [];
    return (value - before) / (day - day_before);
  });
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  const variance = steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / (steps.length - 1);
  const error = 2 * Math.sqrt(variance / steps.length);
  if (mean + error <= 0) return null;
  const missing = threshold - last;
  return { least: missing / (mean + error), most: mean - error > 0 ? missing / (mean - error) : Infinity };
}
