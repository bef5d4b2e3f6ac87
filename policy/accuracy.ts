/** When predictions are measured, when they count as bad, and when a new model is wanted. */
export interface AccuracyPolicy {
  /** Hours after a prediction's horizon at which its actuals are counted: reports come late. */
  readonly maturity_hours: number;
  /** Whether the ad platform is asked for what the stream left out of a horizon. */
  readonly ask_platform: boolean;
  /** Share of a horizon's hours that the stream has to cover; below it the platform is asked, fraction. */
  readonly covered_share: number;
  /** Hours that its answer is waited for; then what the stream said counts. */
  readonly answer_hours: number;
  /** Days that accuracy looks back on. */
  readonly window_days: number;
  /** Accuracy below which predictions are poor, once even the upper end of its interval is, fraction. */
  readonly threshold: number;
  /** Matured predictions below which accuracy is unknown. */
  readonly min_ads: number;
  /** Their clicks below which accuracy is unknown. */
  readonly min_clicks: number;
  /** How far a day's standardised error may be from the mean without counting as drift, standard deviations. */
  readonly drift_tolerance: number;
  /** Sum of what exceeds it from which errors have drifted. */
  readonly drift_threshold: number;
  /** Days with matured predictions before a drift is told. */
  readonly drift_min_days: number;
  /** Days after which a new model is wanted though nothing is wrong: there is more to learn from. */
  readonly retrain_days: number;
  /** Days between two wishes for a new model. */
  readonly retrain_cooldown_days: number;
  /** Days of data that a new model may learn from. */
  readonly training_days: number;
}

export const defaultAccuracyPolicy: AccuracyPolicy = {
  maturity_hours: 6,
  ask_platform: true,
  covered_share: 0.95,
  answer_hours: 6,
  window_days: 30,
  threshold: 0.8,
  min_ads: 30,
  min_clicks: 1_000,
  drift_tolerance: 0.6,
  drift_threshold: 9,
  drift_min_days: 15,
  retrain_days: 14,
  retrain_cooldown_days: 7,
  training_days: 180,
};
