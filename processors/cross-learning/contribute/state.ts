/** What the group remembers of an account: whose it is, what its creatives speak of, how they did. */
import type { AccountChanged } from '../../../schemas/index.ts';

export interface AccountState {
  /** As people set it; null before. */
  readonly setting: Pick<AccountChanged, 'business_id' | 'shares' | 'niche'> | null;
  /** Creatives by the niche that they speak of. */
  readonly votes: Readonly<Record<string, number>>;
  /** Ads with matured actuals, and what came of them. */
  readonly ads: number;
  readonly impressions: number;
  readonly clicks: number;
  /** What was said last and still stands; null where nothing does. */
  readonly told: Told | null;
}

export interface Told {
  readonly niche: string;
  readonly business_id: string;
  readonly impressions: number;
  /** Experiments behind the effects that it told. */
  readonly experiments: number;
}

export const initialAccount = (): AccountState => ({
  setting: null,
  votes: {},
  ads: 0,
  impressions: 0,
  clicks: 0,
  told: null,
});

export interface AdPart {
  readonly kind: 'ad';
  /** What its copy speaks of; null where it speaks of no niche. */
  readonly vote: string | null;
  readonly impressions: number;
  readonly clicks: number;
}

export interface FormulaPart {
  readonly kind: 'formula';
  readonly experiments: number;
  readonly effects: readonly {
    readonly trait: string;
    readonly value: string;
    /** From the account's own data alone, times how reliable they are. */
    readonly effect: number;
    /** Experiments in which the account compared it. */
    readonly experiments: number;
  }[];
}

export type Part = AdPart | FormulaPart;

export const initialPart = (): Part => ({ kind: 'formula', experiments: 0, effects: [] });

/** Ids hold no control characters, so names made with one are unambiguous. */
export const adName = (ad_id: string): string => `ad\u001f${ad_id}`;
export const formula_name = 'formula';
