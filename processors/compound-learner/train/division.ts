/** What a model learns from, and what it is held against: the latest predictions, which it could not have known. */
import { exampleWeight } from '../../../learning/trees/resample.ts';
import type { TrainingPolicy } from '../../../policy/training.ts';
import type { Examples } from '../../../ports/trainer/port.ts';
import type { ExampleSet } from '../../../ports/training-data/port.ts';

/** Predictions that were held back: from one place in the set to its end. */
export interface HeldBack {
  readonly from: number;
  readonly rows: number;
  readonly ads: number;
  /** When the first of them was made, UTC epoch milliseconds. */
  readonly from_ms: number;
  readonly features: Float32Array;
}

export interface Division {
  readonly learn: Examples;
  readonly held_back: HeldBack;
}

/**
 * Divides by time: the last share is held back. Learned from is only what came of predictions before the first of
 * those was made, as it would have been if the model had been trained then. Answers with words where there is too
 * little.
 * @param shape of the scatter of true rates around predictions
 */
export function divided(set: ExampleSet, policy: TrainingPolicy, shape: number): Division | string {
  const rows = set.ads.length;
  const last = rows - Math.max(1, Math.ceil(rows * policy.held_back_share));
  const from_ms = set.predicted_ms[Math.max(0, last)] ?? 0;
  let from = Math.max(0, last);
  // All that was said at one moment is held back together.
  while (from > 0 && set.predicted_ms[from - 1] === from_ms) from--;
  const known = Array.from({ length: from }, (_, row) => row).filter((row) => (set.known_ms[row] ?? 0) <= from_ms);
  if (known.length < policy.min_rows)
    return `Of ${rows} predictions with actuals ${known.length} were known before those that are held back; ${policy.min_rows} are needed to learn from`;
  const ads = new Set(set.ads.slice(from)).size;
  if (ads < policy.min_held_back_ads)
    return `The ${rows - from} predictions that are held back are of ${ads} ads; ${policy.min_held_back_ads} are needed to compare models`;
  return {
    learn: examplesOf(set, known, shape),
    held_back: { from, rows: rows - from, ads, from_ms, features: set.features.slice(from * set.columns) },
  };
}

function examplesOf(set: ExampleSet, rows: readonly number[], shape: number): Examples {
  const { columns } = set;
  const features = new Float32Array(rows.length * columns);
  const ratios = new Float32Array(rows.length);
  const weights = new Float32Array(rows.length);
  rows.forEach((row, i) => {
    features.set(set.features.subarray(row * columns, (row + 1) * columns), i * columns);
    const expected = (set.impressions[row] ?? 0) * (set.baseline_rates[row] ?? 0);
    ratios[i] = (set.clicks[row] ?? 0) / expected;
    weights[i] = exampleWeight(expected, shape);
  });
  return { features, columns, ratios, weights };
}
