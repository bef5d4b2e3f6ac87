/** How far counts, and ratios of what is counted, may be from what is behind them. */
import type { Interval } from '../numeric.ts';

/** Both ends of a 95 % interval of the normal distribution. */
const z95 = 1.959964;

/**
 * 95 % interval of the mean of a count by Byar's approximation to the exact Poisson limits (Breslow & Day 1987, II,
 * p. 69), for counts whose variance is `dispersion` times that of chance: a count of n then says as much as n / dispersion
 * counts of chance.
 */
export function countInterval(count: number, dispersion: number): Interval {
  const n = count / dispersion;
  const low = n <= 0 ? 0 : n * (1 - 1 / (9 * n) - z95 / (3 * Math.sqrt(n))) ** 3;
  const m = n + 1;
  const high = m * (1 - 1 / (9 * m) + z95 / (3 * Math.sqrt(m))) ** 3;
  return { low: Math.max(0, low) * dispersion, high: high * dispersion };
}

/** The factor that a quantity made of `count` counts may be off by on the log, at 95 %. */
export const countFactor = (count: number, dispersion: number): number => Math.exp(z95 * Math.sqrt(dispersion / count));

/**
 * Relative change from one count to another, each over its own exposure, with its 95 % interval on the log (half a count
 * is added to each for the interval, so that none is infinite: Haldane 1956). `before` must not be 0.
 */
export function changeOf(
  now: { readonly count: number; readonly exposure: number },
  before: { readonly count: number; readonly exposure: number },
  dispersion: number,
): Interval & { readonly value: number } {
  const value = now.count / now.exposure / (before.count / before.exposure) - 1;
  const [a, b] = [now.count + 0.5, before.count + 0.5];
  const log = Math.log(a / now.exposure / (b / before.exposure));
  const half = z95 * Math.sqrt(dispersion * (1 / a + 1 / b));
  return { value, low: Math.min(value, Math.exp(log - half) - 1), high: Math.max(value, Math.exp(log + half) - 1) };
}
