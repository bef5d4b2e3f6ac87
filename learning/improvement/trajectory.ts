/**
 * Whether learning helps, and where it leads: what live predictions lose less than those of a control that stopped
 * learning at its start, day by day, on the same ads.
 */
import { normalQuantile } from '../numeric.ts';
import { forecast, type Observation } from './damped-trend.ts';

/** What the ads whose actuals came on one day said; values are the control's loss less the live one's, nats per ad. */
export interface Day {
  /** Days since the epoch. */
  readonly day: number;
  readonly ads: number;
  readonly sum: number;
  readonly squares: number;
}

export interface Point {
  /** Days ahead; 0 is today. */
  readonly horizon_days: number;
  readonly status: 'known' | 'too_early';
  /** Nats per ad, above 0 where learning helps; null where it is too early. */
  readonly gain: number | null;
  /** 80 % band. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface Trajectory {
  readonly days: number;
  readonly ads: number;
  /** Mean over all days, with a 95 % interval that knows that ads of a day resemble each other. Null below `least_ads`. */
  readonly mean: { readonly gain: number; readonly low: number; readonly high: number } | null;
  readonly points: readonly Point[];
}

/** Ads below which nothing is said. */
const least_ads = 30;
/** A horizon may be this many times as long as the history. */
const most_ahead = 2;
const z80 = normalQuantile(0.9);
const z95 = normalQuantile(0.975);
/** A gain of this many nats per ad is large: a rate that was a fifth off and is right gains about .02 to .2. */
const scale = 0.1;

/** The trajectory of days in time order, at horizons in days. */
export function trajectoryOf(days: readonly Day[], horizons: readonly number[]): Trajectory {
  const ads = total(days, 'ads');
  const first = days[0]?.day ?? 0;
  const span = days.length === 0 ? 0 : (days.at(-1)?.day ?? first) - first + 1;
  const variance = ads > 1 ? varianceOf(days, ads) : 0;
  const scattered = variance * dispersion(days, variance);
  const enough = ads >= least_ads;
  // A year is not worked out where a month is all that may be said.
  const usable = horizons.filter((days_ahead) => enough && days_ahead <= most_ahead * span);
  const forecasts = usable.length > 0 ? forecast(series(days, scattered), scale, usable) : [];
  return {
    days: span,
    ads,
    mean: enough ? meanOf(days, ads, scattered) : null,
    points: horizons.map((horizon_days) => {
      const at = forecasts[usable.indexOf(horizon_days)];
      if (at === undefined) return { horizon_days, status: 'too_early', gain: null, low: null, high: null };
      const half = z80 * Math.sqrt(at.variance);
      return { horizon_days, status: 'known', gain: at.mean, low: at.mean - half, high: at.mean + half };
    }),
  };
}

const total = (days: readonly Day[], field: 'ads' | 'sum' | 'squares'): number =>
  days.reduce((sum, day) => sum + day[field], 0);

/** Variance of one ad's gain. */
const varianceOf = (days: readonly Day[], ads: number): number =>
  Math.max(total(days, 'squares') - total(days, 'sum') ** 2 / ads, 0) / (ads - 1);

/**
 * How much more means of days differ from those of the day before than ads that know nothing of each other would make
 * them: what matures together was shown to the same people at the same time. At least 1.
 */
function dispersion(days: readonly Day[], variance: number): number {
  if (days.length < least_days || variance === 0) return 1;
  const squares = days.slice(1).map(({ ads, sum }, i) => {
    const before = days[i] ?? { ads: 1, sum: 0 };
    return (sum / ads - before.sum / before.ads) ** 2 / (variance / ads + variance / before.ads);
  });
  return Math.max(1, squares.reduce((total, one) => total + one, 0) / squares.length);
}

/** Days below which nothing is said of how they differ. */
const least_days = 8;

function meanOf(days: readonly Day[], ads: number, variance: number): NonNullable<Trajectory['mean']> {
  const gain = total(days, 'sum') / ads;
  const half = z95 * Math.sqrt(variance / ads);
  return { gain, low: gain - half, high: gain + half };
}

/** One observation a calendar day, those without ads included. */
function series(days: readonly Day[], variance: number): readonly Observation[] {
  const observations: Observation[] = [];
  for (const { day, ads, sum } of days) {
    const at = day - (days[0]?.day ?? day);
    while (observations.length < at) observations.push({ value: 0, variance: Infinity });
    observations.push({ value: ads === 0 ? 0 : sum / ads, variance: ads === 0 ? Infinity : variance / ads });
  }
  return observations;
}
