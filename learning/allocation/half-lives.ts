/**
 * How fast to forget, learned: several half-lives side by side, each weighted by how well it predicted the clicks that
 * came next. Fixed share (Herbster and Warmuth 1998) over the log loss of a Poisson prediction: with rate 1 the
 * weights are Bayes' posterior, and sharing lets a candidate come back when the world changes its pace.
 */

/** Exposure and clicks since the last update, and the rate that each candidate predicted for them. */
export interface Scored {
  readonly exposure: number;
  readonly clicks: number;
  readonly predicted: readonly number[];
}

export const equalWeights = (candidates: number): readonly number[] =>
  new Array<number>(candidates).fill(1 / candidates);

/** −log likelihood of the clicks, less what does not depend on the candidate. */
export function logLosses(arms: readonly Scored[], candidates: number): readonly number[] {
  const losses = new Array<number>(candidates).fill(0);
  for (const { exposure, clicks, predicted } of arms)
    for (let h = 0; h < candidates; h++) {
      const rate = Math.max(predicted[h] ?? 0, 1e-9);
      losses[h] = (losses[h] ?? 0) + exposure * rate - clicks * Math.log(rate);
    }
  return losses;
}

/**
 * Weights after the losses.
 * @param share fraction of the weight spread evenly over the candidates at each update
 */
export function reweighted(weights: readonly number[], losses: readonly number[], share: number): readonly number[] {
  const least = Math.min(...losses);
  const raw = weights.map((w, h) => w * Math.exp(least - (losses[h] ?? least)));
  const total = raw.reduce((sum, w) => sum + w, 0);
  if (!(total > 0)) return equalWeights(weights.length);
  return raw.map((w) => ((1 - share) * w) / total + share / weights.length);
}
