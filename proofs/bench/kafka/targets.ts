/** What the Kafka engine is held against, printed beside what was measured. */
const ratio: Readonly<Record<string, number | undefined>> = {
  'kafka-streams-exactly-once': 1.5,
  'kafka-streams-at-least-once': 1,
};

export const targets = {
  /** Least throughput, in that of each peer. */
  ratio,
  /** Most milliseconds from append to the decision's record readable by a consumer. */
  p50_ms: 15,
  p99_ms: 80,
} as const;
