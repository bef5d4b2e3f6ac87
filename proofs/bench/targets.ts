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
} as const;
