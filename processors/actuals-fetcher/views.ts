/** State → what the API says of an account's actuals. */
import { calibrationBins, type CalibrationBin } from '../../learning/accuracy/calibration.ts';
import { dispersionOf } from '../../learning/accuracy/dispersion.ts';
import type { Policy } from '../../policy/policy.ts';
import type { AccuracyMeasured } from '../../schemas/index.ts';
import { accuracyOf, driftOf, type DriftView } from './judge.ts';
import { scoredName, stages, type AccountState, type Part } from './state.ts';

const most_bins = 10;

export interface StageView extends AccuracyMeasured {
  readonly calibration: readonly CalibrationBin[];
}

export interface ActualsView {
  readonly account_id: string;
  /** Predictions whose actuals are not told yet, and when the next are due, UTC epoch milliseconds. */
  readonly awaiting: number;
  readonly next_due_ms: number | null;
  /** Predictions for which the platform was asked and did not answer yet. */
  readonly asked: number;
  /** By age of the ads when they were predicted, as of now; an age with nothing matured is left out. */
  readonly stages: readonly StageView[];
  readonly drift: DriftView;
  /** When a new model was last wanted, UTC epoch milliseconds; null for never. */
  readonly retrain_ms: number | null;
}

/** Ads with predictions whose actuals are not told yet, each once. */
export const awaitedAds = ({ due }: AccountState): readonly string[] => [
  ...new Set(due.filter(({ prediction_id }) => prediction_id !== null).map(({ ad_id }) => ad_id)),
];

/** @param now_ms UTC epoch milliseconds: accuracy looks back from here */
export function actualsView(
  account_id: string,
  state: AccountState,
  parts: ReadonlyMap<string, Part>,
  { now_ms, policy }: { readonly now_ms: number; readonly policy: Policy },
): ActualsView {
  const due = state.due.filter(({ prediction_id }) => prediction_id !== null);
  const tick = { account_id, now_ms, policy };
  return {
    account_id,
    awaiting: due.length,
    next_due_ms: due.length === 0 ? null : Math.min(...due.map(({ at_ms }) => at_ms)),
    asked: [...parts.values()].reduce((sum, part) => sum + askedIn(part), 0),
    stages: stages.flatMap((stage) => {
      const part = parts.get(scoredName(stage));
      const measured = accuracyOf(state, stage, part?.kind === 'scored' ? part.rows : [], tick);
      if (measured === null) return [];
      const calibration = calibrationBins(measured.rows, dispersionOf(state.dispersion), most_bins);
      return [{ ...measured.accuracy, calibration }];
    }),
    drift: driftOf(state, policy.accuracy),
    retrain_ms: state.retrain_ms,
  };
}

const askedIn = (part: Part): number =>
  part.kind === 'ad'
    ? part.followed.filter(({ asked_ms, answered, revision }) => asked_ms !== null && !answered && revision < 0).length
    : 0;
