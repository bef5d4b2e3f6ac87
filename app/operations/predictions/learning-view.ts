/** What the learning of an account comes to, as it is shown. */
import type { SeriesPoint } from '../operations.ts';

export type Stage = 'cold' | 'day_1' | 'day_3';

/** What an account's predictions rest on, how good they are, and whether learning helps. */
export interface LearningView {
  /** Accounts with predictions, those with most actuals first. */
  readonly accounts: readonly { readonly account_id: string; readonly made: number; readonly matured: number }[];
  readonly account_id: string | null;
  /** By age of the ads when they were predicted. */
  readonly accuracy: readonly {
    readonly stage: Stage;
    readonly ads: number;
    readonly clicks: number;
    readonly agreement: number | null;
    readonly ceiling: number | null;
    readonly accuracy: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly baseline_agreement: number | null;
    readonly bias: number | null;
    readonly status: 'good' | 'poor' | 'unknown';
    readonly at_ms: number;
  }[];
  /** Log loss saved against a control that stopped learning, nats per ad. */
  readonly improvement: {
    readonly at_ms: number;
    readonly days: number;
    readonly ads: number;
    readonly gain: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly points: readonly {
      readonly horizon_days: number;
      readonly status: 'known' | 'too_early';
      readonly gain: number | null;
      readonly low: number | null;
      readonly high: number | null;
    }[];
    readonly history: readonly {
      readonly at_ms: number;
      readonly gain: number;
      readonly low: number;
      readonly high: number;
    }[];
  } | null;
  /** Weight of each expert for ads that were not shown yet, over time. */
  readonly weights: readonly SeriesPoint[];
  /** Matured predictions in bins of as many each. */
  readonly calibration: readonly {
    readonly ads: number;
    readonly impressions: number;
    readonly predicted: number;
    readonly seen: number;
    readonly low: number;
    readonly high: number;
  }[];
  /** Effects of traits on the log of the click rate, inside experiments; null before any were compared. */
  readonly traits: {
    readonly at_ms: number;
    readonly experiments: number;
    readonly compared: number;
    readonly effects: readonly {
      readonly trait: string;
      readonly value: string;
      readonly effect: number;
      readonly low: number;
      readonly high: number;
      readonly experiments: number;
    }[];
  } | null;
  /** The newest first. */
  readonly predictions: readonly {
    readonly prediction_id: string;
    readonly ad_id: string;
    readonly stage: Stage;
    readonly rate: number;
    readonly low: number;
    readonly high: number;
    readonly causes: readonly string[];
    readonly at_ms: number;
    /** What came of it; null before it matured. */
    readonly came: { readonly impressions: number; readonly clicks: number } | null;
  }[];
}
