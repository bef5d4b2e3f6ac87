/**
 * How long a block must be so that blocks are nearly independent. Hours of one ad resemble their neighbours (auctions,
 * pacing); a block spans whole days, which also cancels the day's shape, and two of them where hours resemble each
 * other.
 */

/** Lags whose autocorrelations count, each `fading` times as much as the one before. */
const lags = 12;
const fading = 0.8;
/**
 * Sum above which hours count as correlated. Of three days of hours without any correlation one in twenty exceeds it,
 * at the price of longer blocks; of those with .9 an hour under click noise two in three do.
 */
const correlated = 0.2;
/** Hours of a block where hours resemble each other, or where nobody knows. */
export const long_block_hours = 48;
const short_block_hours = 24;

/** Weighted sum of the first autocorrelations of a series; 0 where it does not vary. */
export function weightedAutocorrelation(series: readonly number[]): number {
  const n = series.length;
  const mean = series.reduce((sum, x) => sum + x, 0) / Math.max(1, n);
  const variance = series.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  if (n <= lags || variance === 0) return 0;
  let total = 0;
  for (let lag = 1; lag <= lags; lag++)
    for (let i = lag; i < n; i++)
      total += (fading ** lag * ((series[i] ?? 0) - mean) * ((series[i - lag] ?? 0) - mean)) / variance;
  return total;
}

/** Hours of the shortest block, from the hourly differences of a calibration period that is not used afterwards. */
export const blockHours = (differences: readonly number[]): number =>
  weightedAutocorrelation(differences) > correlated ? long_block_hours : short_block_hours;
