/** Whether what is predicted comes: predictions in bins of as many each, by the predicted rate. */
import { clopperPearson } from '../numeric.ts';
import type { Scored } from './agreement.ts';

export interface CalibrationBin {
  readonly ads: number;
  readonly impressions: number;
  /** Rate that was predicted, and that was seen, over the bin's impressions; fractions. */
  readonly predicted: number;
  readonly seen: number;
  /** 95 % interval of the seen rate, counts scattering as they do. */
  readonly low: number;
  readonly high: number;
}

/** Predictions that a bin has at least. */
const least_in_bin = 3;

/**
 * At most `most_bins` bins of as many predictions each; none of too few. The interval is Clopper and Pearson's of counts
 * divided by their dispersion, which is how many independent ones they are worth.
 */
export function calibrationBins(
  scored: readonly Scored[],
  dispersion: number,
  most_bins: number,
): readonly CalibrationBin[] {
  const sorted = scored.filter(({ impressions }) => impressions > 0).sort((a, b) => a.rate - b.rate);
  const bins = Math.min(most_bins, Math.floor(sorted.length / least_in_bin));
  return Array.from({ length: bins }, (_, bin) => {
    const own = sorted.slice(Math.floor((bin * sorted.length) / bins), Math.floor(((bin + 1) * sorted.length) / bins));
    return binOf(own, Math.max(1, dispersion));
  });
}

function binOf(own: readonly Scored[], dispersion: number): CalibrationBin {
  const impressions = own.reduce((sum, one) => sum + one.impressions, 0);
  const clicks = own.reduce((sum, one) => sum + one.clicks, 0);
  const expected = own.reduce((sum, one) => sum + one.impressions * one.rate, 0);
  const { low, high } = clopperPearson(clicks / dispersion, impressions / dispersion);
  return { ads: own.length, impressions, predicted: expected / impressions, seen: clicks / impressions, low, high };
}
