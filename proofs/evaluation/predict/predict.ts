/**
 * `evaluate predict`: picks the better of two headlines of the same recorded A/B test before seeing its outcome. With
 * `--train` alone in five forward folds; with `--test` it learns from one file and predicts another. Pairs have different
 * headlines and different click rates, both with at least 500 impressions; `significant` are those that differ at
 * p < .05 by a two-proportion z test; intervals are by test. Accuracy by history says what 10, 30 and 100 % of the tests to
 * learn from are worth.
 */
import { readTests } from '../../../ports/sources/ab-test-csv/read.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Measure } from '../../measures.ts';
import type { Evaluation, EvaluationOptions } from '../evaluation.ts';
import {
  calibration,
  calibrationFloor,
  clusteredMean,
  hit,
  logLoss,
  type Estimate,
  type Resampling,
} from './figures.ts';
import { model_names, type Forecast, type RecordedContest } from './forecast.ts';
import { historyMeasures } from './history.ts';
import { forwardFolds, trainAndTest } from './protocol.ts';

const subsets: readonly (readonly [name: string, has: (forecast: Forecast) => boolean])[] = [
  ['all', () => true],
  ['significant', ({ significant }) => significant],
  ['best-vs-worst', ({ best_vs_worst }) => best_vs_worst],
];

const measure = (
  name: string,
  labels: Readonly<Record<string, string>>,
  unit: string,
  estimate: Estimate,
): Measure => ({
  name,
  labels,
  unit,
  ...estimate,
});

/** Accuracy of each model over each kind of pairs. */
function accuracies(name: string, forecasts: readonly Forecast[], resampling: Resampling): readonly Measure[] {
  return model_names.flatMap((model, k) =>
    subsets.map(([pairs, has]) =>
      measure(
        name,
        { model, pairs },
        'fraction',
        clusteredMean(forecasts.filter(has), (one) => hit(one, k), resampling),
      ),
    ),
  );
}

const mix = model_names.indexOf('mix');

/** The mix less each other model, pair by pair. */
const differences = (forecasts: readonly Forecast[], resampling: Resampling): readonly Measure[] =>
  model_names.flatMap((against, k) =>
    k === mix
      ? []
      : subsets.map(([pairs, has]) =>
          measure(
            'pair_accuracy_difference',
            { model: 'mix', against, pairs },
            'fraction',
            clusteredMean(forecasts.filter(has), (one) => hit(one, mix) - hit(one, k), resampling),
          ),
        ),
  );

/** Log loss over that of always saying one half, as the order within a pair is arbitrary. */
const entropies = (forecasts: readonly Forecast[], resampling: Resampling): readonly Measure[] =>
  model_names.map((model, k) =>
    measure(
      'normalised_entropy',
      { model },
      'fraction of ln 2',
      clusteredMean(forecasts, (one) => logLoss(one, k) / Math.LN2, resampling),
    ),
  );

/** All figures of the forecasts. */
export function figures(forecasts: readonly Forecast[], resampling: Resampling): readonly Measure[] {
  return [
    ...accuracies('pair_accuracy', forecasts, resampling),
    ...entropies(forecasts, resampling),
    ...model_names.map((model, k) =>
      measure('expected_calibration_error', { model }, 'probability', calibration(forecasts, k, resampling)),
    ),
    measure('calibration_floor', { model: 'mix' }, 'probability', calibrationFloor(forecasts, mix, resampling)),
    measure(
      'log_loss',
      { model: 'mix' },
      'nats',
      clusteredMean(forecasts, (one) => logLoss(one, mix), resampling),
    ),
    ...differences(forecasts, resampling),
    ...accuracies(
      'pair_accuracy_randomised',
      forecasts.filter(({ randomised }) => randomised),
      resampling,
    ),
  ];
}

/** Tests of a file in the order of time. */
async function contests(file: string): Promise<readonly RecordedContest[]> {
  const { tests } = await readTests(file, Date.now());
  return tests.map(({ test_id, randomised, arms }) => ({
    test_id,
    randomised,
    arms: arms.map(({ headline, lede, impressions, clicks }) => ({ headline, body: lede, impressions, clicks })),
  }));
}

async function run({ seed, quick, train, test, learn, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  if (train === undefined)
    throw new FlywheelError('usage.invalid', {
      why: 'evaluate predict needs recorded tests to learn from',
      what_to_do: 'give them as --train FILE, a CSV of the Upworthy columns, gzipped or plain',
    });
  const say = (text: string): void => onProgress?.(text);
  const learned = await contests(train);
  const { forecasts, by_history } =
    test === undefined
      ? forwardFolds(learned, seed, say)
      : trainAndTest(learned, await contests(test), { seed, learn: learn === true, say });
  const resampling = { seed, rounds: quick ? 200 : 1_000 };
  return [...figures(forecasts, resampling), ...historyMeasures(by_history, resampling)];
}

export const predict: Evaluation = {
  name: 'predict',
  description: 'The better of two headlines of a recorded A/B test, picked before its outcome',
  run,
};
