/** When an ad may be called a winner. */
export interface EvidencePolicy {
  /** False discovery rate over the winners announced in one account-quarter. */
  readonly alpha: number;
  /** K of e-BH: experiments planned per account-quarter, fixed beforehand; further starts join the next quarter. */
  readonly planned_experiments: number;
  /** Impressions each arm needs before anything is announced. */
  readonly min_impressions_per_arm: number;
  /** Closed blocks needed before anything is announced. */
  readonly min_blocks: number;
  /** A block closes when the smaller arm expects at least this many clicks at the rate known beforehand. */
  readonly block_expected_clicks: number;
  /** The same where users are assigned at random: its blocks need not span days, and shares do not adapt. */
  readonly randomised_block_expected_clicks: number;
  /** c² of the t-mixture: the prior variance of the standardised effect is 1/c². */
  readonly t_mixture_c2: number;
  /** Standard deviation of the log of true rate ratios in recorded tests, whose evidence is of counts alone. */
  readonly log_ratio_sd: number;
  /** Evidence is divided by this before it is compared: the margin for hours that resemble their neighbours unseen. */
  readonly safety_factor: number;
  /** The same where they were seen to: blocks of two days do not make them independent. */
  readonly correlated_safety_factor: number;
  /** Hours of a parallel or observational experiment from which the block length is chosen and that are not used. */
  readonly calibration_hours: number;
  /** Hours after a window's end at which its clicks count as final enough to decide on. */
  readonly maturity_hours: number;
  /** The same for conversions and their value: past the attribution window. */
  readonly conversion_maturity_hours: number;
  /** Experiments that share one error budget: those that start in one quarter of an account, or all of an account. */
  readonly family: 'quarter' | 'all';
  /** Value of one conversion above which it is clipped, minor units: one large order is not a better ad; 0 clips nothing. */
  readonly conversion_value_cap_minor: number;
  /** Standard deviation of true relative lifts, to which an observed lift is shrunken. */
  readonly lift_prior_sd: number;
  /** Relative loss of a guardrail metric against the best rival from which a winner is held back. */
  readonly guardrail_tolerance: number;
  /** Probability below which the sequential sample ratio test blocks an experiment. */
  readonly srm_alpha: number;
  /** Economic gate: least relative lift (lower end of the interval) worth acting on; 0 turns it off. */
  readonly min_lift: number;
  /** Economic gate: least rate of the primary metric, fraction; 0 turns it off. "A winner clicks at 3 %" is 0.03. */
  readonly min_rate: number;
}

export const defaultEvidencePolicy: EvidencePolicy = {
  alpha: 0.05,
  planned_experiments: 30,
  min_impressions_per_arm: 3_000,
  min_blocks: 4,
  block_expected_clicks: 20,
  randomised_block_expected_clicks: 10,
  t_mixture_c2: 0.25,
  log_ratio_sd: 0.3,
  safety_factor: 1.25,
  correlated_safety_factor: 2.5,
  calibration_hours: 72,
  maturity_hours: 0,
  conversion_maturity_hours: 168,
  family: 'quarter',
  conversion_value_cap_minor: 0,
  lift_prior_sd: 0.2,
  guardrail_tolerance: 0.1,
  srm_alpha: 0.001,
  min_lift: 0,
  min_rate: 0,
};
