/** The rules that others use, for comparison only: they are fooled by looking often. */
import { normalCdf } from '../numeric.ts';

/** z of the difference of two rates, pooled; 0 where it cannot be said. */
export function zOfRates(clicks_a: number, n_a: number, clicks_b: number, n_b: number): number {
  if (n_a <= 0 || n_b <= 0) return 0;
  const pooled = (clicks_a + clicks_b) / (n_a + n_b);
  const se = Math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b));
  return se > 0 ? (clicks_a / n_a - clicks_b / n_b) / se : 0;
}

/** P(rate a > rate b) under flat priors, by the normal curve. */
export function probabilityBetter(clicks_a: number, n_a: number, clicks_b: number, n_b: number): number {
  const a = (clicks_a + 1) / (n_a + 2);
  const b = (clicks_b + 1) / (n_b + 2);
  const variance = (a * (1 - a)) / (n_a + 3) + (b * (1 - b)) / (n_b + 3);
  return normalCdf((a - b) / Math.sqrt(variance));
}
