/** How a campaign's budget is split over its ad sets. */
export interface AllocationPolicy {
  /** Share of the budget that top-two sampling may use to tell the best two apart; at most 0.2. */
  readonly exploration_share: number;
  /**
   * Power that probabilities of being best are raised to before they become shares; 1 is plain Thompson sampling.
   * Above 1 less is spent on arms that are probably not best (posterior reshaping: Chapelle and Li, NIPS 2011).
   */
  readonly sharpness: number;
  /** Least share of an arm, as a fraction of an equal split. */
  readonly floor_of_equal: number;
  /** Most that one arm may get, fraction; 1: no cap. */
  readonly cap_share: number;
  /**
   * Hours after which an observation counts half: the candidates. Which of them counts how much is learned from how
   * well each predicted the clicks that came next.
   */
  readonly half_lives_hours: readonly number[];
  /** Hours that the weights of those candidates remember, about: the fixed share is 1 over this. */
  readonly half_life_memory_hours: number;
  /** Seeded draws that the shares are counted from; 0: shares are the exact probabilities. */
  readonly draws: number;
  /** Click rate expected where an account has no data yet, fraction. */
  readonly prior_rate: number;
  /** Standard deviation of log click rates between the ad sets of a campaign, expected where there are no data yet. */
  readonly prior_log_sd: number;
  /** Ad sets that these expectations are worth against the account's own. */
  readonly prior_arms: number;
  /** How much of what predictions expect of an ad set against the others of its campaign is believed before it is shown, fraction. */
  readonly prediction_trust: number;
  /** Hours without new data after which a campaign is no longer proposed for. */
  readonly active_hours: number;
}

export const defaultAllocationPolicy: AllocationPolicy = {
  exploration_share: 0.1,
  sharpness: 1.5,
  floor_of_equal: 0.02,
  cap_share: 1,
  half_lives_hours: [24, 96, 336, 1_344],
  half_life_memory_hours: 500,
  draws: 1_000,
  prior_rate: 0.015,
  prior_log_sd: 0.3,
  prior_arms: 6,
  prediction_trust: 1,
  active_hours: 48,
};
