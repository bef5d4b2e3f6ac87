/** Intervals of a ratio of sums over clusters that are drawn together. */
import { generator, normalCdf, studentQuantile, type Interval, type Random } from './numeric.ts';

/** What one cluster adds to numerator and denominator. */
export interface Cluster {
  readonly sum: number;
  /** Above 0. */
  readonly weight: number;
}

/** Fewer clusters say too little of how much clusters differ. */
export const least_clusters = 8;
const resamples = 10_000;

/** Sum over weight of all clusters; null where they weigh nothing. */
export function ratioOf(clusters: readonly Cluster[]): number | null {
  const weight = clusters.reduce((total, one) => total + one.weight, 0);
  return weight === 0 ? null : clusters.reduce((total, one) => total + one.sum, 0) / weight;
}

/**
 * 95 % interval of `ratioOf` by the percentile bootstrap over clusters, its percentiles moved outwards for the number of
 * clusters as Student's t is wider than the normal curve (the expanded percentile interval: Hesterberg, "What Teachers
 * Should Know About the Bootstrap", The American Statistician 69, 2015); null with fewer clusters than
 * `least_clusters`. The same for the same seed.
 */
export function bootstrapRatio(clusters: readonly Cluster[], seed: number): Interval | null {
  const n = clusters.length;
  if (n < least_clusters) return null;
  const random = generator(seed);
  const ratios: number[] = [];
  for (let i = 0; i < resamples; i++) ratios.push(drawnRatio(clusters, random));
  ratios.sort((a, b) => a - b);
  const tail = normalCdf(-Math.sqrt(n / (n - 1)) * studentQuantile(0.975, n - 1));
  const at = (share: number): number => ratios[Math.round(share * (resamples - 1))] ?? NaN;
  return { low: at(tail), high: at(1 - tail) };
}

/** Ratio of as many clusters, drawn with replacement. */
function drawnRatio(clusters: readonly Cluster[], random: Random): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < clusters.length; i++) {
    const drawn = clusters[Math.floor(random() * clusters.length)];
    sum += drawn?.sum ?? 0;
    weight += drawn?.weight ?? 0;
  }
  return sum / weight;
}
