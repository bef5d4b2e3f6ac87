/**
 * Whether an ad is clicked less than it was, beside what happens to the whole account. Days are compared by a
 * likelihood ratio that does not need to know the ad's rate: given all clicks of two stretches of time, those of the
 * later one are binomial, and a decline moves its share. The stretch that speaks loudest for a decline counts
 * (generalised likelihood ratio for a change point: T. L. Lai, JRSS B 57, 1995).
 */

/** A day of an ad, oldest first. */
export interface AdDay {
  /** Days since the epoch. */
  readonly day: number;
  /** Impressions times the account's level that day against its mean: what the ad's clicks are proportional to. */
  readonly exposure: number;
  readonly clicks: number;
}

export interface DeclineRule {
  /** Rate after the decline that is looked for, over the rate before it; below 1. */
  readonly ratio: number;
  /** Days at the beginning that are only compared with. */
  readonly baseline_days: number;
  /** Variance of daily clicks over that of chance, at least 1: evidence is divided by it. */
  readonly dispersion: number;
}

export interface Decline {
  /** Log of how much likelier a decline makes the days than none; 0 where nothing speaks for one. */
  readonly evidence: number;
  /** First day of the stretch that speaks for it; null where none does. */
  readonly since_day: number | null;
  /** Relative change of the rate since then, fraction below 0 for a decline, with its 95 % interval; null where unknown. */
  readonly change: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** What the days before it came to; null where there is none. */
  readonly before: Pick<AdDay, 'clicks' | 'exposure'> | null;
}

const nothing: Decline = { evidence: 0, since_day: null, change: null, before: null };
const z95 = 1.959964;
const half_click = 0.5;

/** The evidence for a decline up to the last day. */
export function declineOf(days: readonly AdDay[], { ratio, baseline_days, dispersion }: DeclineRule): Decline {
  let [later_clicks, later_exposure] = [0, 0];
  let clicks = days.reduce((sum, day) => sum + day.clicks, 0);
  let exposure = days.reduce((sum, day) => sum + day.exposure, 0);
  let best = 0;
  let at = -1;
  let found = { early: [0, 0], late: [0, 0] };
  for (let i = days.length - 1; i >= baseline_days; i--) {
    const day = days[i];
    if (day === undefined) continue;
    later_clicks += day.clicks;
    later_exposure += day.exposure;
    const early: readonly [number, number] = [clicks - later_clicks, exposure - later_exposure];
    const evidence = logRatio(early, [later_clicks, later_exposure], ratio) / dispersion;
    if (evidence <= best) continue;
    best = evidence;
    at = i;
    found = { early: [...early], late: [later_clicks, later_exposure] };
  }
  if (at < 0) return nothing;
  [clicks, exposure] = [found.early[0] ?? 0, found.early[1] ?? 0];
  return {
    evidence: best,
    since_day: days[at]?.day ?? null,
    before: { clicks, exposure },
    change: changeOf([clicks, exposure], [found.late[0] ?? 0, found.late[1] ?? 0], dispersion),
  };
}

/** log P(clicks | rate × ratio later) − log P(clicks | same rate), given all clicks: c₁ ln ρ − c ln((n₀ + ρ n₁)/(n₀ + n₁)). */
function logRatio(
  [clicks_0, exposure_0]: readonly [number, number],
  [clicks_1, exposure_1]: readonly [number, number],
  ratio: number,
): number {
  const total = exposure_0 + exposure_1;
  if (exposure_0 <= 0 || exposure_1 <= 0) return 0;
  return clicks_1 * Math.log(ratio) - (clicks_0 + clicks_1) * Math.log((exposure_0 + ratio * exposure_1) / total);
}

function changeOf(
  [clicks_0, exposure_0]: readonly [number, number],
  [clicks_1, exposure_1]: readonly [number, number],
  dispersion: number,
): Decline['change'] {
  if (exposure_0 <= 0 || exposure_1 <= 0) return null;
  const log = Math.log((clicks_1 + half_click) / exposure_1 / ((clicks_0 + half_click) / exposure_0));
  const sd = Math.sqrt(dispersion * (1 / (clicks_0 + half_click) + 1 / (clicks_1 + half_click)));
  return { value: Math.expm1(log), low: Math.expm1(log - z95 * sd), high: Math.expm1(log + z95 * sd) };
}

/** What scatters beside chance. */
export interface ScatterRule {
  /** Variance of clicks within a day over that of chance, at least 1. */
  readonly within_day: number;
  /** Standard deviation of the log of an ad's rate from day to day, beside the account's. */
  readonly daily_sd: number;
}

/** Variance of an ad's daily clicks over that of chance: hours of a day, and days of an ad, resemble themselves. */
export function dispersionAt(days: readonly AdDay[], { within_day, daily_sd }: ScatterRule): number {
  const clicks = days.reduce((sum, day) => sum + day.clicks, 0) / Math.max(1, days.length);
  return within_day * (1 + clicks * daily_sd * daily_sd);
}
