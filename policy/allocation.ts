/** How a campaign's budget is split over its ad sets. */
export interface AllocationPolicy {
  /** Share of the budget that top-two sampling may use to tell the best two apart; at most 0.2. */
  readonly exploration_share: number;
  /** Least share of an arm, as a fraction of an equal split. */
  readonly floor_of_equal: number;
  /** Hours after which an observation counts half. */
  readonly half_life_hours: number;
  /** Posterior draws behind P(best). */
  readonly draws: number;
}

export const defaultAllocationPolicy: AllocationPolicy = {
  exploration_share: 0.1,
  floor_of_equal: 0.05,
  half_life_hours: 336,
  draws: 1_000,
};
