/**
 * Which of two models predicts better, told from outcomes that neither learned from. Several predictions of one ad
 * share its luck, so ads are what is counted: the variance of a mean of clusters (K.-Y. Liang and S. L. Zeger,
 * Biometrika 73, 1986), with Student's t of as many degrees of freedom as there are ads less one.
 */
import { studentQuantile } from '../numeric.ts';

export interface Comparison {
  /** Mean of the differences. */
  readonly mean: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly clusters: number;
}

/**
 * Mean of `differences` with its interval. Unbounded with fewer than two clusters: one ad tells nothing of others.
 * @param clusters of each difference, for example its ad
 */
export function clusteredMean(differences: ArrayLike<number>, clusters: readonly string[]): Comparison {
  const n = differences.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (differences[i] ?? 0) / n;
  const sums = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const cluster = clusters[i] ?? '';
    sums.set(cluster, (sums.get(cluster) ?? 0) + (differences[i] ?? 0) - mean);
  }
  const count = sums.size;
  if (count < 2) return { mean, low: -Infinity, high: Infinity, clusters: count };
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  const se = Math.sqrt((count / (count - 1)) * squares) / n;
  const half = studentQuantile(0.975, count - 1) * se;
  return { mean, low: mean - half, high: mean + half, clusters: count };
}
