/**
 * Adaptive shrinkage (Stephens 2017, "False discovery rates: a new deal"): many estimates with the same normal error
 * are drawn to nothing by what all of them say about how many are nothing, and how large the others are.
 */

export interface Shrunken {
  readonly effect: number;
  /** Standard deviation of what is not known of it. */
  readonly sd: number;
}

/** Standard deviations of true effects that are mixed, in units of the error; 0: nothing. */
const widths = [0, 0.25, 0.5, 1, 2, 4, 8, 16, 64];
const rounds = 60;
/** Estimates in thought that are nothing: few estimates alone do not make effects believed. */
const doubt = 10;

/** @param error standard deviation of each estimate */
export function shrunken(estimates: readonly number[], error: number): readonly Shrunken[] {
  if (error <= 0) return estimates.map((effect) => ({ effect, sd: 0 }));
  const densities = estimates.map((estimate) => densitiesOf(estimate / error));
  const weights = fitted(densities);
  return estimates.map((estimate, i) => posterior(estimate, error, weighed(densities[i] ?? [], weights)));
}

/** Of an estimate in units of its error, under each width; the largest is 1. */
function densitiesOf(estimate: number): readonly number[] {
  const logs = widths.map((width) => {
    const variance = 1 + width ** 2;
    return -(estimate ** 2) / (2 * variance) - Math.log(variance) / 2;
  });
  const top = Math.max(...logs);
  return logs.map((one) => Math.exp(one - top));
}

/** Shares of the widths, by expectation and maximisation. */
function fitted(densities: readonly (readonly number[])[]): readonly number[] {
  let weights: readonly number[] = widths.map(() => 1 / widths.length);
  for (let round = 0; round < rounds; round++) {
    const counts: number[] = widths.map((_, k) => (k === 0 ? doubt : 0));
    for (const density of densities)
      weighed(density, weights).forEach((one, k) => (counts[k] = (counts[k] ?? 0) + one));
    const total = counts.reduce((sum, one) => sum + one, 0);
    weights = counts.map((one) => one / total);
  }
  return weights;
}

/** How probably an estimate is of each width. */
function weighed(density: readonly number[], weights: readonly number[]): readonly number[] {
  const products = density.map((one, k) => one * (weights[k] ?? 0));
  const total = products.reduce((sum, one) => sum + one, 0);
  return total > 0 ? products.map((one) => one / total) : weights;
}

/** Mean and deviation over the widths: within each, and between them. */
function posterior(estimate: number, error: number, weights: readonly number[]): Shrunken {
  const parts = widths.map((width) => {
    const share = width ** 2 / (1 + width ** 2);
    return { mean: share * estimate, variance: share * error ** 2 };
  });
  const effect = parts.reduce((sum, { mean }, k) => sum + (weights[k] ?? 0) * mean, 0);
  const variance = parts.reduce(
    (sum, one, k) => sum + (weights[k] ?? 0) * (one.variance + (one.mean - effect) ** 2),
    0,
  );
  return { effect, sd: Math.sqrt(variance) };
}
