/** What an evaluation is: what is known to be true, by simulation, by hand or on record, against what the loops say. */
import type { Measure } from '../measures.ts';

export interface EvaluationOptions {
  readonly seed: number;
  /** Few runs: enough to see that all of it works, too few to judge by. */
  readonly quick: boolean;
  /** A file of recorded tests, for those that need one. */
  readonly data?: string | undefined;
  /** Recorded A/B tests (CSV) to learn from and to predict. */
  readonly train?: string | undefined;
  readonly test?: string | undefined;
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
