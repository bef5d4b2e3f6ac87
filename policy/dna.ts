/** How the effects of creative traits are learned. */
export interface DnaPolicy {
  /** Standard deviation of log click rates between creatives that have the same traits. */
  readonly residual_sd: number;
  /** Standard deviations of effects that are tried, on the log of the click rate; each counts by how likely it makes the data. */
  readonly effect_sds: readonly number[];
  /** Clicks that each arm of an experiment needs before it counts. */
  readonly min_clicks: number;
  /** Hours between two formulas. */
  readonly update_hours: number;
}

export const defaultDnaPolicy: DnaPolicy = {
  residual_sd: 0.2,
  effect_sds: [0.03, 0.06, 0.12, 0.25],
  min_clicks: 5,
  update_hours: 6,
};
