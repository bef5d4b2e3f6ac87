/** What a server of embeddings is asked with. */
export interface HttpEmbeddingSettings {
  /** Address before `/embeddings`, for example https://api.openai.com/v1. */
  readonly base_url: string;
  readonly model: string;
  /** Numbers of each vector; an answer with another number of them is refused. */
  readonly dimensions: number;
  /** Sent as bearer; null where the server asks for none. Never in an error. */
  readonly key: string | null;
  /** Creatives in one request at most. */
  readonly batch: number;
  readonly limits: HttpLimits;
}

export interface HttpLimits {
  /** Time for a request with all its tries, milliseconds. */
  readonly deadline_ms: number;
  /** Tries of a request, the first included. */
  readonly attempts: number;
  /** Wait before the second try, milliseconds; doubled for each further one, and scattered. */
  readonly first_retry_ms: number;
  /** Time that creatives of one request are gathered in, milliseconds. */
  readonly gather_ms: number;
  /** Requests under way at a time. */
  readonly concurrency: number;
}

/**
 * The deadline is below that of a recall, so that a request that hangs is named by the provider. Who asks may try again
 * after it: what a group asks has its own tries and its own deadline, which bounds all of them.
 */
export const usual_limits: HttpLimits = {
  deadline_ms: 15_000,
  attempts: 4,
  first_retry_ms: 250,
  gather_ms: 4,
  concurrency: 4,
};
