/** How the effects of traits are learned from experiments, and when they are told. */
export interface DnaPolicy {
  /**
   * Scatter of ads' click rates around what their traits say, standard deviation of the log, before it is measured. How
   * well it fits is measured as a dispersion; it decides how much large ads count for more than small ones.
   */
  readonly arm_sd: number;
  /** Scatter of a trait's effect between experiments, standard deviation of the log. */
  readonly slope_sd: number;
  /** Clicks that an ad must expect at its experiment's mean rate to be compared. */
  readonly least_clicks: number;
  /** How large effects of traits are expected to be, standard deviation of the log; the data decide around it. */
  readonly effect_sd: number;
  /** Degrees of freedom of the data after which the measured scatter counts for more than the expected one. */
  readonly dispersion_freedom: number;
  /** By which fraction the impressions of an experiment must grow before it is counted anew. */
  readonly recount_growth: number;
  /** By which fraction all impressions counted must grow, or shrink, before effects are worked out anew. */
  readonly tell_growth: number;
  /** By which fraction of half its interval an effect must have moved for the formula to be told again. */
  readonly least_move: number;
  /** Experiments that must have compared a value before it is suggested. */
  readonly least_experiments: number;
  /** Variations that are proposed of a winner, at most. */
  readonly variations: number;
  /** How much what a test is expected to tell counts in the order of the queue: log click rate for each nat. */
  readonly information_weight: number;
}

export const defaultDnaPolicy: DnaPolicy = {
  arm_sd: 0.2,
  slope_sd: 0.03,
  least_clicks: 5,
  effect_sd: 0.1,
  dispersion_freedom: 20,
  recount_growth: 0.2,
  tell_growth: 0.1,
  least_move: 0.1,
  least_experiments: 3,
  variations: 3,
  information_weight: 0.1,
};
