/** What the embedded engine is held against, printed beside what was measured. */
export const targets = {
  /** Least share of what reading, decoding and committing alone reach. */
  share_of_limit: 0.6,
  /** Least events a second. */
  totals: 120_000,
  promoter: 40_000,
  /** Least rows a second that a query sees. */
  archivist: 100_000,
  /** Most milliseconds from event to decision. */
  p50_ms: 5,
  p99_ms: 25,
  /** Most milliseconds that the event loop is held up while a model is trained. */
  training_loop_p99_ms: 20,
  /** Most milliseconds until memory answers, and least share of the ten nearest that it finds. */
  recall_p95_ms: 20,
  recall_at_10: 0.98,
  /** Least share of the requests a second that Fastify alone answers with the same bytes. */
  share_of_bare_fastify: 0.5,
  /** Least events a second that the gateway takes as lines. */
  intake: 20_000,
  /**
   * Events a second that are taken in while many listen: of 5,000 that are due, less a hundredth, for the last of them
   * are still under way when their time is over.
   */
  live_events: 4_950,
  /** Most that memory of the last fifth of a run is to that of the third. */
  memory_growth: 1.1,
} as const;
