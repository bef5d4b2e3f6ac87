/**
 * Multiplicative factors on the click rate (hour of day, placement, device): clicks over those expected at the arm's
 * own rate, shrunken towards 1 by as much as the cells differ no more than chance would make them.
 */

/** Clicks and expected clicks of each cell, in the same order. */
export interface FactorSums {
  readonly clicks: readonly number[];
  readonly expected: readonly number[];
}

export const emptyFactors = (cells: number): FactorSums => ({
  clicks: new Array<number>(cells).fill(0),
  expected: new Array<number>(cells).fill(0),
});

/** Adds to one cell; what a restatement takes away never leaves less than nothing. */
export function withCell(sums: FactorSums, cell: number, clicks: number, expected: number): FactorSums {
  const add = (values: readonly number[], by: number): readonly number[] => {
    const next = [...values];
    next[cell] = Math.max((next[cell] ?? 0) + by, 0);
    return next;
  };
  return { clicks: add(sums.clicks, clicks), expected: add(sums.expected, expected) };
}

/** Everything counted less, by a factor in (0, 1]. */
export const fadedFactors = (sums: FactorSums, by: number): FactorSums => ({
  clicks: sums.clicks.map((x) => x * by),
  expected: sums.expected.map((x) => x * by),
});

/** Between-cell variance of a factor is taken to be at most this. */
const most_variance = 1;

/**
 * Factors, one a cell, 1 where nothing is known; their mean, weighted by expected clicks, is 1.
 * Gamma–Poisson: a factor ~ Gamma(mean 1, variance v), v by the method of moments from Pearson's statistic,
 * v = (Σ (c − e)²/e − (cells − 1)) / Σ e; the posterior mean is (c + 1/v) / (e + 1/v).
 */
export function factors({ clicks, expected }: FactorSums): readonly number[] {
  const total_clicks = clicks.reduce((sum, c) => sum + c, 0);
  const total_expected = expected.reduce((sum, e) => sum + e, 0);
  if (total_clicks <= 0 || total_expected <= 0) return clicks.map(() => 1);
  const level = total_clicks / total_expected;
  let pearson = 0;
  let cells = 0;
  expected.forEach((e, i) => {
    if (e <= 0) return;
    cells++;
    pearson += ((clicks[i] ?? 0) - e * level) ** 2 / (e * level);
  });
  const variance = Math.min((pearson - (cells - 1)) / total_clicks, most_variance);
  if (!(variance > 0)) return clicks.map(() => 1);
  const worth = 1 / variance;
  return expected.map((e, i) => ((clicks[i] ?? 0) + worth) / (e * level + worth));
}
