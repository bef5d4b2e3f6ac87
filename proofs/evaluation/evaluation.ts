/** What an evaluation is: a simulation with known truth, or recorded history, that prints figures. */
import type { Measure } from '../measures.ts';

export interface EvaluationOptions {
  readonly seed: number;
  /** Few runs: enough to see that all of it works, too few to judge by. */
  readonly quick: boolean;
  /** Recorded A/B tests (CSV) to learn from and to predict, for evaluations of recorded history. */
  readonly train?: string;
  readonly test?: string;
  /** Learn from the predicted tests too, each after its prediction. */
  readonly learn?: boolean;
  /** Called as work gets done, with a line for people. */
  readonly onProgress?: (text: string) => void;
}

export interface Evaluation {
  readonly name: string;
  readonly description: string;
  run(options: EvaluationOptions): Promise<readonly Measure[]>;
}
