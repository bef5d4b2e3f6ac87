/** Intervals of a ratio of sums over clusters that are drawn together. */
import { generator, type Interval } from './numeric.ts';

/** What one cluster adds to numerator and denominator. */
export interface Cluster {
  readonly sum: number;
  readonly weight: number;
}

/** Fewer clusters say too little of how much clusters differ. */
export const least_clusters = 5;
const resamples = 2_000;

/** Sum over weight of all clusters; null where they weigh nothing. */
export function ratioOf(clusters: readonly Cluster[]): number | null {
  const weight = clusters.reduce((total, one) => total + one.weight, 0);
  return weight === 0 ? null : clusters.reduce((total, one) => total + one.sum, 0) / weight;
}

/**
 * 95 % interval of `ratioOf` by the percentile bootstrap over clusters (Efron & Tibshirani 1993, ch. 13); null with
 * fewer clusters than `least_clusters`. The same for the same seed.
 */
export function bootstrapRatio(clusters: readonly Cluster[], seed: number): Interval | null {
  if (clusters.length < least_clusters) return null;
  const random = generator(seed);
  const ratios: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const drawn = clusters.map(() => clusters[Math.floor(random() * clusters.length)] ?? { sum: 0, weight: 0 });
    const ratio = ratioOf(drawn);
    if (ratio !== null) ratios.push(ratio);
  }
  ratios.sort((a, b) => a - b);
  const at = (share: number): number => ratios[Math.round(share * (ratios.length - 1))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}
