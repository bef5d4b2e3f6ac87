/** What the loop remembers: of each ad what its creative says and is made of, and of each winner that it won, for ever. */

export interface AccountState {
  readonly winners: number;
}

export const initialAccount = (): AccountState => ({ winners: 0 });

/** That an ad won. Kept when it is withdrawn: recall forgets, history does not. */
export interface Won {
  /** Rises with each change. */
  readonly version: number;
  readonly experiment_id: string;
  readonly rate: number;
  readonly lift: number;
  readonly lift_low: number;
  readonly lift_high: number;
  readonly impressions: number;
  readonly won_at_ms: number;
  /** Null while it stands. UTC epoch milliseconds. */
  readonly withdrawn_ms: number | null;
}

export interface AdPart {
  readonly text: string;
  readonly format: string;
  /** Null before its DNA is known. */
  readonly dna: { readonly fingerprint: string; readonly traits: readonly string[] } | null;
  readonly won: Won | null;
}

export const unknownAd = (): AdPart => ({ text: '', format: 'unknown', dna: null, won: null });
