/**
 * What the group remembers of a niche: who takes part, and of each business where it is counted. Of a business that left,
 * only a digest of its name and the length of its path are kept, so that coming back does not begin a new one.
 */
import { sha256 } from '../../../policy/sha256.ts';
import type { NichePatternUpdated } from '../../../schemas/index.ts';

export type Pattern = Omit<NichePatternUpdated, 'account_id'>;

export interface Member {
  readonly account_id: string;
  /** Name of its business's part. */
  readonly business: string;
}

export interface NicheState {
  /** Releases so far. */
  readonly releases: number;
  /** In order of accounts. */
  readonly members: readonly Member[];
  /** What was released last, for those that join before the next; null before the first. */
  readonly last: Pattern | null;
}

export const initialNiche = (): NicheState => ({ releases: 0, members: [], last: null });

/** A point (`learning/niche/point.ts`) as it is stored. */
export type StoredPoint = Readonly<Record<string, number>>;

export interface BusinessPart {
  readonly kind: 'business';
  /** Its accounts, and what each said last; null where an account has too little to be counted. */
  readonly accounts: readonly { readonly account_id: string; readonly said: StoredPoint | null }[];
  /** Where it was counted in the last release; empty where it was not. */
  readonly counted: StoredPoint;
  /** Length of all its changes in its life, at most 1. */
  readonly path: number;
}

export const initialBusiness = (): BusinessPart => ({ kind: 'business', accounts: [], counted: {}, path: 0 });

export const businessName = (niche: string, business_id: string): string =>
  sha256(`${niche}\n${business_id}`).slice(0, 32);
