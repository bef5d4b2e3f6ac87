/** What accounts learn together, as it is asked and shown. */
import type { Pattern } from '../../../processors/cross-learning/aggregate/state.ts';

/** Who takes part in a niche. */
export interface NicheStanding {
  readonly niche: string;
  readonly accounts: number;
  readonly businesses: number;
  readonly releases: number;
  /** Of the last release; null before the first. */
  readonly status: Pattern['status'] | null;
  /** Businesses from which, with the noise, it was sure that there are at least k. */
  readonly needed: number | null;
}

export interface ShareRequest {
  readonly account_id: string;
  /** All accounts of one business count once. */
  readonly business_id: string;
  readonly shares: boolean;
  /** Read from the creatives where it is left out. */
  readonly niche?: string;
}
