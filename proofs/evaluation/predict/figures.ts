/** Figures of forecasts with 95 % intervals by test, as pairs of one test share headlines. */
import { generator, type Random } from '../../../learning/numeric.ts';
import type { Forecast } from './forecast.ts';

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Forecasts of each test. */
function clusters(forecasts: readonly Forecast[]): readonly (readonly Forecast[])[] {
  const by_test = new Map<number, Forecast[]>();
  for (const forecast of forecasts) {
    const found = by_test.get(forecast.cluster);
    if (found === undefined) by_test.set(forecast.cluster, [forecast]);
    else found.push(forecast);
  }
  return [...by_test.values()];
}

/** Bounds of the middle 95 %. */
function quantiles(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))] ?? NaN;
  return [at(0.025), at(0.975)];
}

export interface Resampling {
  readonly seed: number;
  readonly rounds: number;
}

/**
 * Mean of a value over pairs. Interval: percentiles of a bootstrap of whole tests (Cameron, Gelbach & Miller,
 * "Bootstrap-based improvements for inference with clustered errors", 2008), in which a test comes with all its pairs.
 */
export function clusteredMean(
  forecasts: readonly Forecast[],
  of: (forecast: Forecast) => number,
  { seed, rounds }: Resampling,
): Estimate {
  const n = forecasts.length;
  if (n === 0) return { value: NaN, low: NaN, high: NaN, n };
  const random = generator(seed);
  const groups = clusters(forecasts).map((group) => ({
    sum: group.reduce((sum, one) => sum + of(one), 0),
    pairs: group.length,
  }));
  const drawn = Array.from({ length: rounds }, () => {
    let sum = 0;
    let pairs = 0;
    for (let k = 0; k < groups.length; k++) {
      const group = groups[Math.floor(random() * groups.length)];
      sum += group?.sum ?? 0;
      pairs += group?.pairs ?? 0;
    }
    return sum / pairs;
  });
  const [low, high] = quantiles(drawn);
  return { value: groups.reduce((sum, group) => sum + group.sum, 0) / n, low, high, n };
}

const probability = (forecast: Forecast, model: number): number => forecast.probabilities[model] ?? 0.5;

/** 1 where the model preferred the better headline, ½ where it had no opinion. */
export function hit(forecast: Forecast, model: number): number {
  const p = probability(forecast, model);
  return p === 0.5 ? 0.5 : p > 0.5 === forecast.a_won ? 1 : 0;
}

/** Least probability given to what happened, so that one sure mistake is not infinitely bad. */
const least = 1e-6;

/** Negative log likelihood in nats. */
export function logLoss(forecast: Forecast, model: number): number {
  const p = probability(forecast, model);
  return -Math.log(Math.max(least, forecast.a_won ? p : 1 - p));
}

const bins = 15;

/** Mean distance of stated and realised shares over 15 bins with the same number of pairs (Naeini et al., AAAI 2015). */
export function calibrationError(outcomes: readonly (readonly [p: number, won: number])[]): number {
  const sorted = [...outcomes].sort(([p], [q]) => p - q);
  let error = 0;
  for (let bin = 0; bin < bins; bin++) {
    const from = Math.floor((bin * sorted.length) / bins);
    const to = Math.floor(((bin + 1) * sorted.length) / bins);
    const gap = sorted.slice(from, to).reduce((sum, [p, won]) => sum + won - p, 0);
    error += Math.abs(gap) / Math.max(1, sorted.length);
  }
  return error;
}

const outcomesOf = (forecasts: readonly Forecast[], model: number): (readonly [number, number])[] =>
  forecasts.map((forecast) => [probability(forecast, model), forecast.a_won ? 1 : 0] as const);

/** Expected calibration error; interval: percentiles of a bootstrap of tests, which lies above the value by its noise. */
export function calibration(forecasts: readonly Forecast[], model: number, { seed, rounds }: Resampling): Estimate {
  const random = generator(seed);
  const groups = clusters(forecasts).map((group) => outcomesOf(group, model));
  const drawn = Array.from({ length: rounds }, () =>
    calibrationError(groups.flatMap(() => groups[Math.floor(random() * groups.length)] ?? [])),
  );
  const [low, high] = quantiles(drawn);
  return { value: calibrationError(outcomesOf(forecasts, model)), low, high, n: forecasts.length };
}

/** What the error would be if every stated probability were true: mean over simulated outcomes, pairs independent. */
export function calibrationFloor(
  forecasts: readonly Forecast[],
  model: number,
  { seed, rounds }: Resampling,
): Estimate {
  const random: Random = generator(seed);
  const stated = forecasts.map((forecast) => probability(forecast, model));
  const drawn = Array.from({ length: rounds }, () =>
    calibrationError(stated.map((p) => [p, random() < p ? 1 : 0] as const)),
  );
  const [low, high] = quantiles(drawn);
  return { value: drawn.reduce((sum, x) => sum + x, 0) / rounds, low, high, n: forecasts.length };
}
