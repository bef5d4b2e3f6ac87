/**
 * How long a block must be so that blocks are nearly independent. Hours of one ad resemble their neighbours (auctions,
 * pacing); a block spans whole days, which also cancels the day's shape, and two of them where hours resemble each
 * other strongly.
 */

/** Lags whose autocorrelations are summed. */
const lags = 6;
/** Sum above which hours count as strongly correlated: without correlation it has mean about 0 and sd √(lags/n). */
const strong = 0.25;

/** Sum of the first autocorrelations of a series; 0 where it does not vary. */
export function summedAutocorrelation(series: readonly number[]): number {
  const n = series.length;
  const mean = series.reduce((sum, x) => sum + x, 0) / Math.max(1, n);
  const variance = series.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  if (n <= lags || variance === 0) return 0;
  let total = 0;
  for (let lag = 1; lag <= lags; lag++)
    for (let i = lag; i < n; i++) total += (((series[i] ?? 0) - mean) * ((series[i - lag] ?? 0) - mean)) / variance;
  return total;
}

/** Hours of the shortest block, from the hourly differences of a calibration period that is not used afterwards. */
export const blockHours = (differences: readonly number[]): number =>
  summedAutocorrelation(differences) > strong ? 48 : 24;
