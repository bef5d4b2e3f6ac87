/** Whether a new model may replace what there is, told from predictions that it did not learn from. */
import { overdispersedLogLoss } from '../../../learning/ensemble/outcome-loss.ts';
import { clusteredMean } from '../../../learning/trees/comparison.ts';
import { rateOf } from '../../../learning/trees/trees.ts';
import type { Trained } from '../../../ports/trainer/port.ts';
import type { ExampleSet } from '../../../ports/training-data/port.ts';
import type { HeldBack } from './division.ts';

export interface Judgement {
  readonly better: boolean;
  readonly why: string;
  /** Mean losses on what was held back, nats above what the counts themselves would have lost. */
  readonly challenger_loss: number;
  readonly champion_loss: number | null;
  readonly baseline_loss: number;
  /** Loss of the challenger less that of its rival, with its 95 % interval over ads. */
  readonly difference: number;
  readonly difference_low: number;
  readonly difference_high: number;
}

/**
 * The rival is the model in use, or the account's mean where none is. The challenger must lose less, by an interval
 * that excludes none: ads are what is counted, as predictions of one ad share its luck.
 */
export function judged(
  set: ExampleSet,
  held_back: HeldBack,
  predicted: Omit<Trained, 'trees'>,
  shape: number,
): Judgement {
  const lossesOf = (logRatios: Float64Array | null): Float64Array | null =>
    logRatios === null ? null : losses(set, held_back, shape, (i) => logRatios[i] ?? 0);
  const baseline = losses(set, held_back, shape, () => 0);
  const challenger = lossesOf(predicted.held_back) ?? baseline;
  const champion = lossesOf(predicted.held_back_rival);
  const rival = champion ?? baseline;
  const { mean, low, high } = clusteredMean(
    challenger.map((loss, i) => loss - (rival[i] ?? 0)),
    set.ads.slice(held_back.from),
  );
  const better = high < 0;
  return {
    better,
    why: words({ better, mean, low, high, rows: held_back.rows, ads: held_back.ads, champion: champion !== null }),
    challenger_loss: meanOf(challenger),
    champion_loss: champion === null ? null : meanOf(champion),
    baseline_loss: meanOf(baseline),
    difference: mean,
    difference_low: low,
    difference_high: high,
  };
}

/** Loss of each held-back prediction, above that of the rate that came to be. */
function losses(
  set: ExampleSet,
  { from, rows }: HeldBack,
  shape: number,
  logRatio: (i: number) => number,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const outcome = { impressions: set.impressions[from + i] ?? 0, clicks: set.clicks[from + i] ?? 0 };
    const loss = overdispersedLogLoss(rateOf(logRatio(i), set.baseline_rates[from + i] ?? 0), outcome, shape);
    return loss - leastLoss(outcome.clicks, shape);
  });
}

/** What a predictor loses that knew the counts: (c + s) ln(c + s) − c ln c − s ln s. */
const leastLoss = (clicks: number, shape: number): number =>
  (clicks + shape) * Math.log(clicks + shape) - (clicks > 0 ? clicks * Math.log(clicks) : 0) - shape * Math.log(shape);

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Told {
  readonly better: boolean;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly ads: number;
  readonly champion: boolean;
}

function words({ better, mean, low, high, rows, ads, champion }: Told): string {
  const rival = champion ? 'the model in use' : 'the account’s mean';
  const less = `${shown(-mean)} nats a prediction (95 %: ${shown(-high)} to ${shown(-low)}; ${rows} later predictions of ${ads} ads)`;
  return better
    ? `It loses less than ${rival}: ${less}`
    : `It is not shown to lose less than ${rival}: less by ${less}`;
}

const shown = (nats: number): string => nats.toFixed(4);
