/** When an ad counts as tired. */
export interface FatiguePolicy {
  /** Click rate after the decline that is looked for, over the rate before it. */
  readonly ratio: number;
  /** Evidence (log likelihood ratio) from which an ad is tired; at 4.3 about one stable ad in thirty is called so in a month. */
  readonly threshold: number;
  /** Share of the threshold below which a tired ad is healthy again. */
  readonly recovery_share: number;
  /** Days of an ad, its first, that are only compared with. */
  readonly baseline_days: number;
  /** Clicks that those must have. */
  readonly baseline_clicks: number;
  /** Days that are looked back on. */
  readonly window_days: number;
  /** Variance of clicks within a day over that of chance. */
  readonly within_day: number;
  /** Standard deviation of the log of an ad's rate from day to day, beside the account's. */
  readonly daily_sd: number;
  /** Relative loss from which a tired ad is saturated, fraction. */
  readonly saturated_loss: number;
  /** Relative rise of cost per click, beside the account, from which a tired ad is saturated whatever its loss, fraction. */
  readonly saturated_cost_rise: number;
  /** Impressions per person over the last week from which a tired ad has exhausted its audience. */
  readonly frequency: number;
  /** How far below a limit what an ad was called for must fall before that is taken back, as a share of the limit. */
  readonly margin: number;
  /** Relative loss that is critical: days until it are told. */
  readonly critical_loss: number;
}

export const defaultFatiguePolicy: FatiguePolicy = {
  ratio: 0.75,
  threshold: 4.3,
  recovery_share: 0.4,
  baseline_days: 5,
  baseline_clicks: 40,
  window_days: 60,
  within_day: 1.2,
  daily_sd: 0.08,
  saturated_loss: 0.4,
  saturated_cost_rise: 1,
  frequency: 4,
  margin: 0.15,
  critical_loss: 0.5,
};
