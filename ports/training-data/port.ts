/**
 * What a model is trained from: an account's predictions with what came of them, and the models there were. Both are
 * events that the archive keeps. Implementations: `sql/` (the analytics store), `memory/`.
 */
import type { TreeArrays } from '../../learning/trees/trees.ts';
import type { ModelRollbackRequested, ModelTrained } from '../../schemas/index.ts';
import type { Signal } from '../../topology/processor.ts';

export interface ExampleQuery {
  readonly account_id: string;
  /** Predictions made from then on, UTC epoch milliseconds. */
  readonly from_ms: number;
  /** Predictions and actuals until then. */
  readonly to_ms: number;
  /** Most examples; of more, one is drawn from each of as many equal stretches of time. */
  readonly most: number;
  readonly seed: number;
}

/** Predictions with the newest revision of their actuals, by time of prediction; each list has an item for each. */
export interface ExampleSet {
  /** Version of the features of the latest prediction; those of other versions are left out. */
  readonly features_version: number;
  /** Features of each, row by row; NaN where one is missing. */
  readonly features: Float32Array;
  readonly columns: number;
  readonly ads: readonly string[];
  /** Click rate of the account when it was predicted, fraction. */
  readonly baseline_rates: Float64Array;
  /** Impressions, at least 1, and link clicks after the prediction. */
  readonly impressions: Float64Array;
  readonly clicks: Float64Array;
  readonly predicted_ms: Float64Array;
  /** When its first actuals were known. */
  readonly known_ms: Float64Array;
  /** Examples that there were before any were drawn. */
  readonly of: number;
}

/** What happened to the models of an account, in the order of the log. */
export type ModelEvent =
  | {
      readonly kind: 'trained';
      readonly trained: Pick<ModelTrained, 'request_id' | 'model_id' | 'status' | 'champion_model_id' | 'at_ms'>;
    }
  | { readonly kind: 'rollback'; readonly rollback: Pick<ModelRollbackRequested, 'to_model_id' | 'at_ms'> };

export interface StoredModel {
  readonly features_version: number;
  readonly columns: number;
  readonly trees: TreeArrays;
}

export interface TrainingData {
  /** All of one account and no other's. Empty where it has none. */
  examples(query: ExampleQuery, signal: Signal): Promise<ExampleSet>;
  history(account_id: string): Promise<readonly ModelEvent[]>;
  /** A model that was trained; null where there is none of this name. */
  model(account_id: string, model_id: string): Promise<StoredModel | null>;
}
