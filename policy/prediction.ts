/** How the click rates of ads are predicted, and what is learned from what came of it. */
export interface PredictionPolicy {
  /** Hours after a prediction over which its actuals are counted. */
  readonly horizon_hours: number;
  /** Impressions of actuals below which nothing is learned from them. */
  readonly min_impressions: number;
  /**
   * Shape of the gamma that true rates scatter by around a prediction: about 1/√shape, relatively. It bounds what one
   * ad can say about who predicts best.
   */
  readonly residual_shape: number;
  /** How alike the ads of an account are expected to be: shape of the gamma around their mean, before anything is known of an ad. */
  readonly ad_shape: number;
  /** How much the rate of an ad may move from what was seen of it to what comes: shape of a gamma around it. */
  readonly future_shape: number;
  /** Click rate expected where an account has no data yet, fraction. */
  readonly prior_rate: number;
  /** Impressions that this expectation is worth against the account's own. */
  readonly prior_impressions: number;
  /** Share of each expert's weight that is shared out evenly with each of its actuals: how fast the best may change. */
  readonly weight_share: number;
  /** How much of the lift that memory leads to expect is believed before an account's ads have shown how right it is, fraction. */
  readonly memory_trust: number;
  /** How far an account may be from that, standard deviation; 0 believes memory alike in all accounts for ever. */
  readonly memory_trust_sd: number;
  /** Actuals below which predictions are not recalibrated. */
  readonly calibration_actuals: number;
  /** Standard deviation of the calibration's parameters around those that change nothing. */
  readonly calibration_prior_sd: number;
  /** How fast the width of intervals follows their misses. */
  readonly interval_step: number;
  /** Actuals after which the control is frozen, which later predictions are compared with. */
  readonly control_actuals: number;
}

export const defaultPredictionPolicy: PredictionPolicy = {
  horizon_hours: 72,
  min_impressions: 300,
  residual_shape: 10,
  ad_shape: 10,
  future_shape: 60,
  prior_rate: 0.015,
  prior_impressions: 2_000,
  weight_share: 0.01,
  memory_trust: 0.25,
  memory_trust_sd: 0.25,
  calibration_actuals: 30,
  calibration_prior_sd: 0.2,
  interval_step: 0.03,
  control_actuals: 10,
};
