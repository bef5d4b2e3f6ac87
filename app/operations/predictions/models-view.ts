/** Models of the boosted trees, as they are shown and gone back from. Losses are mean log losses, nats. */
import type { Change } from '../../../processors/compound-learner/registry.ts';

/** A training: what it learned from, and how it did on what it had not seen. */
export interface TrainedModel {
  readonly model_id: string;
  readonly status: string;
  readonly why: string;
  /** Whether it is the one that predicts. */
  readonly in_use: boolean;
  /** Whether it can be gone back to: its trees are kept. */
  readonly kept: boolean;
  readonly features_version: number;
  readonly rows: number;
  readonly held_back_rows: number;
  readonly held_back_ads: number;
  readonly challenger_loss: number | null;
  readonly champion_loss: number | null;
  readonly baseline_loss: number | null;
  /** Its loss less that of what it was compared with, with the 95 % interval: below 0 is better. */
  readonly difference: number | null;
  readonly difference_low: number | null;
  readonly difference_high: number | null;
  /** The data that it learned from, UTC epoch milliseconds. */
  readonly from_ms: number;
  readonly to_ms: number;
  readonly at_ms: number;
}

export interface AccountModels {
  readonly account_id: string;
  /** The model that predicts; null where none does. */
  readonly champion: string | null;
  /** How it came to be: the last changes, oldest first. */
  readonly lineage: readonly Change[];
  /** Matured predictions without which none is trained, by the policy in force. */
  readonly needed_rows: number;
  /** Newest first. */
  readonly trained: readonly TrainedModel[];
}

export interface RollbackRequest {
  readonly account_id: string;
  /** The model to go back to; null: none predicts. */
  readonly to_model_id: string | null;
  readonly reason: string;
}

export interface AskedRollback extends RollbackRequest {
  readonly request_id: string;
}
