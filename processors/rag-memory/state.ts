/** What the loop remembers: of each ad what its creative says and is made of, and of each winner that it won, for ever. */

export interface AccountState {
  readonly winners: number;
  /** Ads whose newest wish is not answered yet, or was not met: recall knows them as they were before, or not at all. */
  readonly unindexed: readonly string[];
}

export const initialAccount = (): AccountState => ({ winners: 0, unindexed: [] });

/** Before version 2 it was not kept who is not indexed. */
export function accountUpcast(stored: unknown): AccountState {
  const winners: unknown = typeof stored === 'object' && stored !== null ? Reflect.get(stored, 'winners') : undefined;
  if (typeof winners !== 'number') throw new Error('field winners is no count');
  return { winners, unindexed: [] };
}

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
