/** What is remembered of an account: the experiments whose arms are compared, each with what its arms are made of. */
import type { Arm } from '../../../learning/dna/formula.ts';

export interface AccountState {
  /** Experiments that count, oldest first. */
  readonly contests: readonly string[];
  /** Whether one of them changed since the last formula. */
  readonly changed: boolean;
  /** When the last formula was told; null for never. UTC epoch milliseconds. */
  readonly told_ms: number | null;
}

export const initialAccount = (): AccountState => ({ contests: [], changed: false, told_ms: null });

/** What an ad is made of, `trait=value`. */
export interface AdPart {
  readonly kind: 'ad';
  readonly extractor_version: number;
  readonly traits: readonly string[];
}

export interface ContestPart {
  readonly kind: 'contest';
  readonly extractor_version: number;
  readonly arms: readonly Arm[];
}

export type Part = AdPart | ContestPart;

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const adName = (ad_id: string): string => `ad${separator}${ad_id}`;
export const contestName = (experiment_id: string): string => `contest${separator}${experiment_id}`;
