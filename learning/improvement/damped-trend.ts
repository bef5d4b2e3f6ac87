/**
 * A level that moves, with a trend that fades (damped local linear trend: E. Gardner and E. McKenzie, Management Science
 * 31, 1985; as a state space: R. Hyndman and others, Forecasting with Exponential Smoothing, 2008). How fast level and
 * trend move is not known: a grid of speeds is filtered side by side (Kalman), and each counts by its likelihood.
 */

/** One day: the mean of what was measured, and the variance of that mean. */
export interface Observation {
  readonly value: number;
  readonly variance: number;
}

/** Mean and variance of a level. */
export interface Forecast {
  readonly mean: number;
  readonly variance: number;
}

interface Speed {
  /** What remains of the trend after a day. */
  readonly damping: number;
  /** Standard deviations of a day's step of level and of trend, in units of `scale`. */
  readonly level: number;
  readonly trend: number;
}

const dampings = [0.9, 0.97];
const level_steps = [0.05, 0.15, 0.45];
const trend_steps = [0, 0.002];
/**
 * The speeds that are tried; all alike before data. Chosen so that 80 % bands cover 70 to 90 % at 30 days: over simulated
 * courses of learning (saturating, lost again, wandering, and jumping with a new model: `improvement.unit.test.ts`), and
 * over simulated accounts with the whole program in them (`evaluate compound`). Slower speeds fit the smooth courses
 * better and miss the jumps.
 */
const speeds: readonly Speed[] = dampings.flatMap((damping) =>
  level_steps.flatMap((level) => trend_steps.map((trend) => ({ damping, level, trend }))),
);

/** Level and trend with their covariance. */
interface Filtered {
  readonly level: number;
  readonly trend: number;
  readonly ll: number;
  readonly lt: number;
  readonly tt: number;
  readonly log_likelihood: number;
}

/** Standard deviation of the trend before data, in units of `scale` a day. */
const first_trend = 0.03;

/**
 * Forecasts of the level at `horizons`, days after the last observation. Days without data are observations of infinite
 * variance.
 * @param scale how far levels go, in the unit of the values: the standard deviation of the first level
 */
export function forecast(
  observations: readonly Observation[],
  scale: number,
  horizons: readonly number[],
): readonly Forecast[] {
  const fits = speeds.map((speed) => ({ speed, last: filtered(observations, scale, speed) }));
  const most = Math.max(...fits.map(({ last }) => last.log_likelihood));
  const weights = fits.map(({ last }) => Math.exp(last.log_likelihood - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return horizons.map((days) => {
    const ahead = fits.map(({ speed, last }) => levelAhead(last, scale, speed, days));
    const mean = ahead.reduce((total, one, i) => total + ((weights[i] ?? 0) / sum) * one.mean, 0);
    const variance = ahead.reduce(
      (total, one, i) => total + ((weights[i] ?? 0) / sum) * (one.variance + (one.mean - mean) ** 2),
      0,
    );
    return { mean, variance };
  });
}

function filtered(observations: readonly Observation[], scale: number, speed: Speed): Filtered {
  let state: Filtered = {
    level: 0,
    trend: 0,
    ll: scale * scale,
    lt: 0,
    tt: (first_trend * scale) ** 2,
    log_likelihood: 0,
  };
  observations.forEach((observation, day) => {
    if (day > 0) state = aDayLater(state, scale, speed);
    if (Number.isFinite(observation.variance)) state = seen(state, observation);
  });
  return state;
}

/** level += damped trend, trend fades; both take a step. */
function aDayLater(state: Filtered, scale: number, { damping, level, trend }: Speed): Filtered {
  const { ll, lt, tt } = state;
  return {
    ...state,
    level: state.level + damping * state.trend,
    trend: damping * state.trend,
    ll: ll + 2 * damping * lt + damping * damping * tt + (level * scale) ** 2,
    lt: damping * lt + damping * damping * tt,
    tt: damping * damping * tt + (trend * scale) ** 2,
  };
}

function seen(state: Filtered, { value, variance }: Observation): Filtered {
  const { ll, lt, tt } = state;
  const total = ll + variance;
  const error = value - state.level;
  const [gain_level, gain_trend] = [ll / total, lt / total];
  return {
    level: state.level + gain_level * error,
    trend: state.trend + gain_trend * error,
    ll: ll - gain_level * ll,
    lt: lt - gain_level * lt,
    tt: tt - gain_trend * lt,
    log_likelihood: state.log_likelihood - 0.5 * (Math.log(total) + (error * error) / total),
  };
}

function levelAhead(last: Filtered, scale: number, speed: Speed, days: number): Forecast {
  let state = last;
  for (let day = 0; day < days; day++) state = aDayLater(state, scale, speed);
  return { mean: state.level, variance: state.ll };
}
