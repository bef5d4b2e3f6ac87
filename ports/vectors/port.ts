/**
 * Where embeddings of winners are found again. Every question is of one account: nobody sees another's. Implementations:
 * `in-process/`, which begins empty with each start, and `qdrant/`, which keeps what it was given.
 */

/** What the store is to know of an ad, without what it is. */
export interface Named {
  readonly account_id: string;
  readonly ad_id: string;
  /** Rises with each change of a winner: an older one never replaces a newer. */
  readonly version: number;
}

export interface Point extends Named {
  /** Of length 1; null: it is no longer found, and only a newer version brings it back. */
  readonly vector: Float32Array | null;
  readonly payload: Payload;
}

/** What is told of a neighbour, and what it can be filtered by. */
export interface Payload {
  readonly experiment_id: string;
  readonly format: string;
  /** Niche of the account when it won; null: not known. */
  readonly niche: string | null;
  /** Lift over its best rival when it won, shrunken, fraction. */
  readonly lift: number;
  /** UTC epoch milliseconds. */
  readonly won_at_ms: number;
}

export interface Query {
  readonly account_id: string;
  readonly vector: Float32Array;
  readonly limit: number;
  /** Left out: an ad is no memory of itself. */
  readonly except_ad_id?: string;
  readonly format?: string;
  readonly niche?: string;
  /** Won at or after this time, UTC epoch milliseconds. */
  readonly since_ms?: number;
}

export interface Neighbour {
  readonly ad_id: string;
  /** Cosine, exact. */
  readonly score: number;
  readonly vector: Float32Array;
  readonly payload: Payload;
}

export interface VectorStore {
  readonly dimensions: number;
  /**
   * Takes points over; those that are not newer than what is known change nothing. Resolves when a search sees them.
   * After a rejection some of them may be there: sending all of them again is right. Rejects with a `PermanentError`
   * where that would be refused again.
   */
  upsert(points: readonly Point[]): Promise<void>;
  /** Those of which the store has neither this version nor a newer one, be they to be found or taken out. */
  absent<N extends Named>(named: readonly N[]): Promise<readonly N[]>;
  /** Nearest first; at equal scores by ad. */
  search(query: Query): Promise<readonly Neighbour[]>;
  /** Points of an account that can be found. */
  count(account_id: string): Promise<number>;
}
