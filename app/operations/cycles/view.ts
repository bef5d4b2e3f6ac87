/** Learning cycles, as they are asked for and shown. */
import type { CycleView } from '../../../processors/cycle/views.ts';

export interface CycleRequest {
  /** Left out: every account. */
  readonly account_id?: string;
  /** Whether a new model may be asked for; it may where this is left out. */
  readonly retrain?: boolean;
  /** Accuracy below which one is, fraction; as the policy has it where this is left out. */
  readonly accuracy_threshold?: number;
}

/** What became of a request, for each account. */
export interface AskedCycle {
  readonly account_id: string;
  /** The cycle that runs: the one that was asked for, or the one that ran already. */
  readonly cycle_id: string;
  /** `asked`: the loop has not read the request yet. */
  readonly answer: 'began' | 'runs_already' | 'asked';
}

/** The cycle of an account that runs or ran last; null where it never had one. */
export interface AccountCycle {
  readonly account_id: string;
  readonly cycle: CycleView | null;
}
