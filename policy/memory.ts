/** What a new creative is reminded of. */
export interface MemoryPolicy {
  /** Winners that are recalled at most. */
  readonly neighbours: number;
  /** How much nearness counts against being unlike the others that are recalled; 1: nearness alone. */
  readonly nearness: number;
  /** Neighbours that are like nothing which are added in thought: they draw what memory leads to expect to nothing. */
  readonly doubt: number;
  /** Least click rate of a winner that is remembered, fraction; 0: every winner. "3 %" is 0.03. */
  readonly min_rate: number;
}

export const defaultMemoryPolicy: MemoryPolicy = { neighbours: 5, nearness: 0.7, doubt: 2, min_rate: 0 };
