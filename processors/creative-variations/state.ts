/**
 * The queue of an account: what is proposed, what people said of it, and whether it was made and tested. The state holds
 * the order; what a variation is stands in a part of its own.
 */
import type { VariationProposed } from '../../schemas/index.ts';

/**
 * `open`: nobody decided; `approved`: it is to be made; `skipped`: it is not; `made`: an ad was made of it; `testing`:
 * that ad is in an experiment; `withdrawn`: the winner that it varies was taken back before it was approved.
 */
export type Status = 'open' | 'approved' | 'skipped' | 'made' | 'testing' | 'withdrawn';

export interface Entry {
  readonly variation_id: string;
  /** The winner that it varies. */
  readonly ad_id: string;
  readonly status: Status;
  /** The queue is in the order of this, lowest first: minus the priority, or where it was moved to. */
  readonly place: number;
  /** The ad that was made of it; null before. */
  readonly made_ad_id: string | null;
}

export interface AccountState {
  readonly entries: readonly Entry[];
}

export const initialAccount = (): AccountState => ({ entries: [] });

export interface Decided {
  readonly by: string | null;
  readonly reason: string | null;
  readonly at_ms: number;
}

export interface Variation {
  readonly proposed: VariationProposed;
  /** Of the last approval or skip; null before. */
  readonly decided: Decided | null;
  readonly made_ms: number | null;
  /** Experiment that tests the ad made of it; null before. */
  readonly experiment_id: string | null;
}

/** A variation begins with its proposal: there is none before. */
export function noVariation(): Variation {
  throw new Error('a variation that was never proposed has no state');
}

/** Entries that are kept; of more the oldest that nobody waits for are forgotten, then the oldest. */
export const most_entries = 300;

export const isOver = ({ status }: Entry): boolean =>
  status === 'skipped' || status === 'testing' || status === 'withdrawn';

/** Lowest place first; of equal places by name, so that the order is one. */
export const inOrder = (entries: readonly Entry[]): readonly Entry[] =>
  [...entries].sort((a, b) => a.place - b.place || (a.variation_id < b.variation_id ? -1 : 1));
