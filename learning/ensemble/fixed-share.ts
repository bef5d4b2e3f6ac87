/**
 * A mixture of experts whose best member may change: fixed share (M. Herbster and M. Warmuth, Tracking the best expert,
 * Machine Learning 32, 1998) on log loss, where its learning rate is 1 and the mixture never loses more than
 * ln K + switches · ln(K/α) + … against the best sequence of experts. An expert who is absent says what the mixture says
 * (specialists: Y. Freund and others, STOC 1997): it neither gains nor loses.
 */

/** Predicted rate of each expert, fraction; null where it is absent. */
export type Votes = readonly (number | null)[];

/** Weights, above 0, that sum to 1. */
export type Weights = readonly number[];

export const equalWeights = (experts: number): Weights => new Array<number>(experts).fill(1 / experts);

/** Weights of those that voted, made to sum to 1; 0 for the absent. All 0 where nobody voted. */
export function presentWeights(weights: Weights, votes: Votes): Weights {
  let sum = 0;
  votes.forEach((vote, k) => {
    if (vote !== null) sum += weights[k] ?? 0;
  });
  return votes.map((vote, k) => (vote === null || sum === 0 ? 0 : (weights[k] ?? 0) / sum));
}

/** The mixture's rate; null where nobody voted. */
export function mixed(weights: Weights, votes: Votes): number | null {
  const present = presentWeights(weights, votes);
  if (votes.every((vote) => vote === null)) return null;
  return votes.reduce<number>((sum, vote, k) => sum + (vote ?? 0) * (present[k] ?? 0), 0);
}

/**
 * Weights after an outcome.
 * @param losses log loss of each expert, nats; null for the absent
 * @param share α in [0, 1): how much of each weight is shared out evenly, the rate at which the best expert may change
 */
export function reweighted(weights: Weights, losses: readonly (number | null)[], share: number): Weights {
  const least = losses.reduce<number>((low, loss) => Math.min(low, loss ?? Infinity), Infinity);
  if (least === Infinity) return weights;
  const likelihoods = losses.map((loss) => (loss === null ? null : Math.exp(least - loss)));
  const present = presentWeights(weights, likelihoods);
  const ofMixture = likelihoods.reduce<number>((sum, likelihood, k) => sum + (likelihood ?? 0) * (present[k] ?? 0), 0);
  const after = weights.map((weight, k) => weight * (likelihoods[k] ?? ofMixture));
  const sum = after.reduce((total, weight) => total + weight, 0);
  return after.map((weight) => (1 - share) * (weight / sum) + share / weights.length);
}
