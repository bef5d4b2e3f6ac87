/** What trains boosted trees: outside the log, because it is slow and made by a library. Implementation: `xgboost/`. */
import type { TreeArrays } from '../../learning/trees/trees.ts';
import type { Signal } from '../../topology/processor.ts';

/** Examples in the order of time, one a row. */
export interface Examples {
  /** Rows × columns, row by row; NaN where a value is missing. */
  readonly features: Float32Array;
  readonly columns: number;
  /** Of each row the click rate over that of its account, at least 0. */
  readonly ratios: Float32Array;
  /** How much each row counts, at least 0. */
  readonly weights: Float32Array;
}

/** How trees are grown. */
export interface TreeSettings {
  readonly trees: number;
  /** Questions from root to leaf, at most. */
  readonly depth: number;
  /** Share of each tree's correction that is made. */
  readonly learning_rate: number;
  /** Share of examples that each tree sees. */
  readonly row_share: number;
  /** Examples that a leaf must hold. */
  readonly min_leaf_rows: number;
  /** Examples without effect that are added to each leaf, in thought: they shrink it. */
  readonly shrink_rows: number;
}

/** A model to compare with, and how many features it takes. */
export interface Rival {
  readonly trees: TreeArrays;
  readonly columns: number;
}

export interface TrainRequest {
  readonly examples: Examples;
  readonly settings: TreeSettings;
  /** The same examples, settings and seed make the same trees. */
  readonly seed: number;
  /** Rows × columns that are not learned from, to be predicted by the new trees and the rival. */
  readonly held_back: Float32Array;
  readonly rival: Rival | null;
}

export interface Trained {
  readonly trees: TreeArrays;
  /** Log of the ratio to the account's rate, of each held-back row. */
  readonly held_back: Float64Array;
  /** The same by the rival; null without one. */
  readonly held_back_rival: Float64Array | null;
}

export interface Trainer {
  /**
   * Trains off the thread that asks. Takes the lists of numbers over: who asks must not use them afterwards. Rejects with `training.failed` where no trees came of it, whatever happened there,
   * and with the signal's reason once it fires, after which nothing is left running.
   */
  train(request: TrainRequest, signal: Signal, onProgress?: (share: number) => void): Promise<Trained>;
}
