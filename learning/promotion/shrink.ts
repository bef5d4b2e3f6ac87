/**
 * What single promotions did. The largest of many is large by luck too (the winner's curse again), so each is drawn to
 * the mean of all by what the noise among them is.
 */
import { normalQuantile, studentQuantile } from '../numeric.ts';
import { mean, type Difference } from './difference.ts';

export interface Single {
  readonly effect: number;
  readonly low: number;
  readonly high: number;
}

/** Promotions below which no single one is told: the draw to the mean needs four (James and Stein 1961). */
export const least_singles = 4;

const variance = (numbers: readonly number[]): number => {
  const centre = mean(numbers);
  return numbers.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (numbers.length - 1);
};

const z = normalQuantile(0.975);

/**
 * Effects of single promotions, drawn to the mean: effect_i = μ + (1 − B)(y_i − ȳ) with B = min(1, (n−3)/(n−1) · σ²/s²),
 * where s² is the variance of the changes y of promoted winners, σ² that of winners held out, to whom all the same
 * happened but a promotion, and μ the effect of promotions in all (Efron and Morris 1975, "Data analysis using Stein's
 * estimator and its generalizations"). Intervals as in Morris 1983, "Parametric empirical Bayes inference", with what is
 * not known of μ and of B, and Student's quantile for σ, which few winners held out tell.
 * @param promoted changes of winners that were promoted
 * @param held_out changes of those that were not
 * @returns null with fewer than four promoted or two held out
 */
export function singleEffects(
  promoted: readonly number[],
  held_out: readonly number[],
  all: Pick<Difference, 'effect' | 'low' | 'high'>,
): readonly Single[] | null {
  const n = promoted.length;
  if (n < least_singles || held_out.length < 2) return null;
  const centre = mean(promoted);
  const spread = variance(promoted);
  const noise = variance(held_out);
  const drawn = spread > 0 ? Math.min(1, ((n - 3) / (n - 1)) * (noise / spread)) : 1;
  const t = studentQuantile(0.975, held_out.length - 1);
  const mean_sd = (all.high - all.low) / (2 * z);
  return promoted.map((change) => {
    const effect = all.effect + (1 - drawn) * (change - centre);
    const own = (1 - drawn) * noise + (2 / (n - 1)) * drawn ** 2 * (change - centre) ** 2;
    const half = Math.hypot(t * Math.sqrt(own), z * mean_sd);
    return { effect, low: effect - half, high: effect + half };
  });
}
