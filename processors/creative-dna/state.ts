/**
 * What the loop remembers: of each ad the DNA that it last announced, by its fingerprint, so that an ad whose
 * description comes again unchanged is not announced again. One part an ad; the account itself needs nothing yet.
 */

export interface AdPart {
  readonly fingerprint: string;
  readonly extractor_version: number;
  /** The experiment it was announced with: an ad that joins another one is announced again. */
  readonly experiment_id: string | null;
}

export const unseen = (): AdPart => ({ fingerprint: '', extractor_version: 0, experiment_id: null });

/** No state of the account itself: what is known lies in the ads' parts. */
export interface AccountState {
  readonly ads: number;
}

export const initialAccount = (): AccountState => ({ ads: 0 });
