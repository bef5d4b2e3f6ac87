/** What an evaluation is: what is known to be true, by simulation or by hand, against what the loops say. */
import type { Measure } from '../measures.ts';

export interface EvaluationOptions {
  readonly seed: number;
  /** Few runs: enough to see that all of it works, too few to judge by. */
  readonly quick: boolean;
  /** A file of recorded tests, for those that need one. */
  readonly data?: string | undefined;
  /** Called as work gets done, with a line for people. */
  readonly onProgress?: (text: string) => void;
}

export interface Evaluation {
  readonly name: string;
  readonly description: string;
  run(options: EvaluationOptions): Promise<readonly Measure[]>;
}
