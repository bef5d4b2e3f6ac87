/** How it is measured what promotions earn. */
export interface PromotionPolicy {
  /**
   * Share of winners that are not promoted, at random, so that there is something to compare promotions with, fraction;
   * 0: all are promoted, and what they earn is not known.
   */
  readonly holdout_share: number;
  /** Days before a winner is announced that it is compared with. */
  readonly before_days: number;
  /** Days after its announcement that are left out: a change has to be approved, written and delivered. */
  readonly settle_days: number;
  /** Days after those that are compared. */
  readonly after_days: number;
  /** Share of those days, and of the days before, that a winner must have been delivered on, fraction. */
  readonly delivered_share: number;
  /** Winners to be promoted whose days have passed, below which nothing is said. */
  readonly min_promoted: number;
  /** Winners held out, the same. */
  readonly min_held_out: number;
}

export const defaultPromotionPolicy: PromotionPolicy = {
  holdout_share: 0.1,
  before_days: 7,
  settle_days: 1,
  after_days: 14,
  delivered_share: 0.5,
  min_promoted: 5,
  min_held_out: 3,
};
