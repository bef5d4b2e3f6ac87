/** Whether a figure that is looked at again and again stays where it is. */
import { studentQuantile } from '../../../learning/numeric.ts';

export interface Look {
  /** Since the start, seconds. */
  readonly at_s: number;
  /** NaN where it could not be had. */
  readonly value: number;
}

export interface Growth {
  /** Mean over the window. */
  readonly mean: number;
  /** By how much it rose from the window's beginning to its end, as a straight line says, with its 95 % interval. */
  readonly growth: number;
  readonly low: number;
  readonly high: number;
  /** Looks in the window. */
  readonly n: number;
  readonly verdict: 'flat' | 'grows' | 'unclear';
}

/** Looks that follow each other are alike: the line goes through means of so many stretches of time, not through looks. */
const blocks = 10;
/** A rise of up to this part of the mean counts as none. */
const allowed_part = 0.1;

/**
 * Growth over the looks from a part of their time on, which is the second half where nothing is said. `flat` where the
 * interval ends below what is allowed: a tenth of the mean, or `allowed` where that is more. `grows` where it does not,
 * and begins above 0. Undefined where a stretch has no look.
 */
export function growthOf(looks: readonly Look[], allowed: number, from_part = 0.5): Growth | undefined {
  const [first, last] = [looks[0]?.at_s ?? 0, looks[looks.length - 1]?.at_s ?? 0];
  const from_s = first + (last - first) * from_part;
  const length_s = last - from_s;
  const window = looks.filter(({ at_s, value }) => at_s >= from_s && !Number.isNaN(value));
  const block = ({ at_s }: Look): number => Math.min(blocks - 1, Math.floor(((at_s - from_s) / length_s) * blocks));
  const means = Array.from({ length: blocks }, (_, i) => mean(window.filter((look) => block(look) === i)));
  if (!means.every((value) => Number.isFinite(value))) return undefined;
  const { slope, error } = line(means);
  const [growth, apart] = [slope * blocks, error * blocks * studentQuantile(0.975, blocks - 2)];
  const [low, high] = [growth - apart, growth + apart];
  const level = mean(window);
  const most = Math.max(allowed, Math.abs(level) * allowed_part);
  return {
    mean: level,
    growth,
    low,
    high,
    n: window.length,
    verdict: high <= most ? 'flat' : low > 0 ? 'grows' : 'unclear',
  };
}

const mean = (looks: readonly Look[]): number => looks.reduce((sum, { value }) => sum + value, 0) / looks.length;

/** Least squares through values one apart: the slope and its standard error. */
function line(values: readonly number[]): { readonly slope: number; readonly error: number } {
  const n = values.length;
  const middle = (n - 1) / 2;
  const level = values.reduce((sum, value) => sum + value, 0) / n;
  let [across, along] = [0, 0];
  for (const [i, value] of values.entries()) {
    across += (i - middle) ** 2;
    along += (i - middle) * (value - level);
  }
  const slope = along / across;
  const rest = values.reduce((sum, value, i) => sum + (value - level - slope * (i - middle)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (n - 2) / across) };
}
