/** What the loop remembers: of each ad what its creative says and is made of, and of each winner that it won, for ever. */

export interface AccountState {
  /** As people set it last; null before they did. */
  readonly niche: string | null;
  readonly winners: number;
  /** Ads whose newest wish is not answered yet, or was not met: recall knows them as they were before, or not at all. */
  readonly unindexed: readonly string[];
}

export const initialAccount = (): AccountState => ({ niche: null, winners: 0, unindexed: [] });

/** Before version 2 it was not kept who is not indexed, before version 3 which niche the account is in. */
export function accountUpcast(stored: unknown): AccountState {
  const winners: unknown = typeof stored === 'object' && stored !== null ? Reflect.get(stored, 'winners') : undefined;
  if (typeof winners !== 'number') throw new Error('field winners is no count');
  const unindexed: unknown =
    typeof stored === 'object' && stored !== null ? Reflect.get(stored, 'unindexed') : undefined;
  const ids: readonly unknown[] = Array.isArray(unindexed) ? unindexed : [];
  return { niche: null, winners, unindexed: ids.filter((id) => typeof id === 'string') };
}

/** That an ad won. Kept when it is withdrawn: recall forgets, history does not. */
export interface Won {
  /** Rises with each change. */
  readonly version: number;
  readonly experiment_id: string;
  /** Of the account when it won; null: not known. */
  readonly niche: string | null;
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
  /** What it won last, or, where that was withdrawn, what else it won and still stands. */
  readonly won: Won | null;
  /** Wins in other experiments that stand, oldest first. */
  readonly others: readonly Won[];
}

export const unknownAd = (): AdPart => ({ text: '', format: 'unknown', dna: null, won: null, others: [] });

const shape = (value: unknown): object => {
  if (typeof value !== 'object' || value === null) throw new Error('it is no record');
  return value;
};

/**
 * Before version 2 a winner did not say its niche: it is not known. Before version 3 an ad's last win was all that was
 * kept. Only what this group stored comes here.
 */
export function adUpcast(stored: unknown, version: number): AdPart {
  const ad = shape(stored) as AdPart;
  const won = ad.won === null || version >= 2 ? ad.won : { ...ad.won, niche: null };
  return { ...ad, won, others: [] };
}
