/** What accounts of a niche learn together, and how each of them is hidden. */
export interface NichePolicy {
  /** Distinct businesses that must be behind a release. */
  readonly min_businesses: number;
  /** How sure it must be, in spite of the noise, that there are so many, fraction. */
  readonly certainty: number;
  /** Hours between releases. */
  readonly release_hours: number;
  /**
   * Standard deviation of the noise of a change, in units of the most that one business may ever move the sums. At 7 the
   * best attack on all releases of ten years that knows every other member has an AUC of .597.
   */
  readonly noise_multiplier: number;
  /** How sure the niche of an account must be before it takes part, from 0 to 1. */
  readonly min_confidence: number;
  /** Ads with matured actuals that an account must have before it is counted. */
  readonly min_ads: number;
  /** Impressions of those ads before it is counted. */
  readonly min_impressions: number;
  /** How much its impressions must have grown before an account says anew what it has to say. */
  readonly tell_growth: number;
}

export const defaultNichePolicy: NichePolicy = {
  min_businesses: 5,
  certainty: 0.999,
  release_hours: 168,
  noise_multiplier: 7,
  min_confidence: 0.5,
  min_ads: 5,
  min_impressions: 20_000,
  tell_growth: 0.25,
};
