/** How models that predict click rates are trained, and when a new one may replace the one in use. */
export interface TrainingPolicy {
  /** Predictions with actuals that a model must have to learn from; with fewer none is trained. */
  readonly min_rows: number;
  /** Predictions that are read at most: of more, one is drawn from each of as many equal stretches of time. */
  readonly max_rows: number;
  /** Share of the predictions, the latest, that a model does not learn from and is compared on. */
  readonly held_back_share: number;
  /** Ads that those must be of: fewer tell nothing. */
  readonly min_held_back_ads: number;
  /** Trees of a model. */
  readonly trees: number;
  /** Questions that one tree asks in a row, at most. */
  readonly depth: number;
  /** Share of each tree's correction that is made. */
  readonly learning_rate: number;
  /** Share of the predictions that each tree learns from. */
  readonly row_share: number;
  /** Predictions that a leaf must hold. */
  readonly min_leaf_rows: number;
  /** Predictions that are like the account which are added to each leaf, in thought: they shrink it. */
  readonly shrink_rows: number;
}

export const defaultTrainingPolicy: TrainingPolicy = {
  min_rows: 150,
  max_rows: 50_000,
  held_back_share: 0.2,
  min_held_back_ads: 20,
  trees: 120,
  depth: 3,
  learning_rate: 0.05,
  row_share: 0.8,
  min_leaf_rows: 10,
  shrink_rows: 10,
};
