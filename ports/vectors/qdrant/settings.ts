/** What a Qdrant is asked with. */

export interface QdrantSettings {
  /** Address of the REST interface, with a path where it has one; https for TLS. */
  readonly url: string;
  /** Sent as `api-key`; null where the server asks for none. Never in an error. */
  readonly key: string | null;
  /** Begin of the collection's name: the model and its size follow, so that vectors of two models never meet. */
  readonly collection: string;
  /** Name of who makes the vectors. */
  readonly model: string;
  readonly dimensions: number;
  readonly patience?: Partial<Patience>;
}

export interface Patience {
  /** Time for a request with all its tries, milliseconds. */
  readonly deadline_ms: number;
  /** Time without an answer after which one try is given up, milliseconds. */
  readonly try_ms: number;
  /** Tries of a request, the first included. */
  readonly attempts: number;
  /** Wait before the second try, milliseconds; doubled for each further one, and scattered. */
  readonly first_retry_ms: number;
}

/** Below the deadline of a recall, so that a server that hangs is named by this store. Who asks has tries of its own. */
export const usual_patience: Patience = { deadline_ms: 15_000, try_ms: 5_000, attempts: 4, first_retry_ms: 200 };
