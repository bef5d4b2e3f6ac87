/** What is remembered of an account: its cycle that runs, or the last one. */
import type { CycleStep, CycleStepState } from '../../schemas/index.ts';

/** In the order in which they follow from each other: what came true, how good that was, what is learned, who is told. */
export const steps = [
  'fetch_actuals',
  'calculate_accuracy',
  'auto_retrain',
  'compound_learning',
  'auto_promote',
  'cross_learning',
  'rag_indexing',
] as const satisfies readonly CycleStep[];

export interface Cycle {
  readonly cycle_id: string;
  readonly retrain: boolean;
  /** Null: as the policy has it. */
  readonly accuracy_threshold: number | null;
  /** As of when, in the account's time, UTC epoch milliseconds. */
  readonly at_ms: number;
  /** By the log's clock, UTC epoch milliseconds: when it began, when the step that runs was asked for, when it was over. */
  readonly started_ms: number;
  readonly asked_ms: number;
  readonly ended_ms: number | null;
  readonly steps: readonly CycleStepState[];
}

export interface AccountState {
  readonly cycle: Cycle | null;
}

export const initialAccount = (): AccountState => ({ cycle: null });
