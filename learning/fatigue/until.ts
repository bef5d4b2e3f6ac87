/**
 * When an ad will have lost a share of its rate, if it goes on as it does: where the line through the logs of its last
 * days meets that loss. The interval is Fieller's for a ratio (E. C. Fieller, JRSS B 16, 1954): errors of the slope, of
 * the line's end and of the rate before the decline are all in it, so it has no upper end where the slope may be none.
 */
import type { AdDay } from './decline.ts';

/** The log rate of days as a line. */
export interface Line {
  /** Change of the log rate per day, and its variance. */
  readonly slope: number;
  readonly slope_variance: number;
  /** Log rate on the last day, and its variance. */
  readonly end: number;
  readonly end_variance: number;
  readonly covariance: number;
}

const half_click = 0.5;

/**
 * Weighted least squares of the log of each day's rate on its day.
 * @param dispersion variance of daily clicks over that of chance
 * @returns null with less than three days that were shown
 */
export function lineOf(days: readonly AdDay[], dispersion: number): Line | null {
  const used = days.filter(({ exposure }) => exposure > 0);
  const last = used.at(-1);
  if (used.length < 3 || last === undefined) return null;
  const weightOf = ({ clicks }: AdDay): number => clicks + half_click;
  const logOf = (day: AdDay): number => Math.log(weightOf(day) / day.exposure);
  const weight = used.reduce((sum, day) => sum + weightOf(day), 0);
  const mean_day = used.reduce((sum, day) => sum + weightOf(day) * day.day, 0) / weight;
  const mean_log = used.reduce((sum, day) => sum + weightOf(day) * logOf(day), 0) / weight;
  const spread = used.reduce((sum, day) => sum + weightOf(day) * (day.day - mean_day) ** 2, 0);
  const together = used.reduce((sum, day) => sum + weightOf(day) * (day.day - mean_day) * (logOf(day) - mean_log), 0);
  if (spread <= 0) return null;
  const slope = together / spread;
  const ahead = last.day - mean_day;
  return {
    slope,
    slope_variance: dispersion / spread,
    end: mean_log + slope * ahead,
    end_variance: dispersion * (1 / weight + ahead ** 2 / spread),
    covariance: (dispersion * ahead) / spread,
  };
}

export interface DaysUntil {
  readonly days: number;
  readonly low: number;
  /** Null for never. */
  readonly high: number | null;
}

const z95 = 1.959964;

/**
 * Days from the last one until the rate is `1 - loss` of what it was, with a 95 % interval; null where it does not fall.
 * @param before the days before the decline
 * @param loss fraction
 */
export function daysUntil(
  line: Line,
  before: Pick<AdDay, 'clicks' | 'exposure'>,
  { dispersion, loss }: { readonly dispersion: number; readonly loss: number },
): DaysUntil | null {
  const { slope, slope_variance, end, end_variance, covariance } = line;
  if (slope >= 0 || before.exposure <= 0) return null;
  const clicks = before.clicks + half_click;
  // Log of what is left to lose, below 0 until it is lost.
  const left = Math.log1p(-loss) + Math.log(clicks / before.exposure) - end;
  const left_variance = end_variance + dispersion / clicks;
  // All t with (left − t slope)² ≤ z² var(left − t slope), as a t² − 2 b t + c ≤ 0; left and slope vary against each other.
  const a = slope ** 2 - z95 ** 2 * slope_variance;
  const b = left * slope + z95 ** 2 * covariance;
  const c = left ** 2 - z95 ** 2 * left_variance;
  const root = Math.sqrt(Math.max(0, b ** 2 - a * c));
  const days = Math.max(0, left / slope);
  const ends = [(b - root) / a, (b + root) / a].sort((one, other) => one - other);
  const [first = 0, second = 0] = ends;
  if (a > 0) return { days, low: Math.max(0, first), high: Math.max(0, second) };
  // The slope may be none: the set is all but what lies between the roots.
  return { days, low: c <= 0 ? 0 : Math.min(days, Math.max(0, second)), high: null };
}
