/** Who learns what before predicting what. */
import { Ranker } from '../../../learning/ranking/ranker.ts';
import { fitBaseline, forecasts, type Forecast, type RecordedContest } from './forecast.ts';

export type Say = (text: string) => void;

const folds = 5;

/**
 * Five forward folds over the second half of the tests, in the order of time: each is predicted by what was learned from
 * all tests before it, frozen while the fold lasts.
 */
export function forwardFolds(contests: readonly RecordedContest[], seed: number, say: Say): readonly Forecast[] {
  const half = Math.floor(contests.length / 2);
  const bound = (fold: number): number => Math.round(half + ((contests.length - half) * fold) / folds);
  const ranker = new Ranker(seed);
  const made: Forecast[] = [];
  for (let fold = 0; fold < folds; fold++) {
    for (const contest of contests.slice(fold === 0 ? 0 : bound(fold - 1), bound(fold))) ranker.learn(contest);
    ranker.refit({ relearn: true });
    const baseline = fitBaseline(ranker);
    contests
      .slice(bound(fold), bound(fold + 1))
      .forEach((contest, i) => made.push(...forecasts(ranker, baseline, contest, bound(fold) + i)));
    say(`predict: fold ${fold + 1} of ${folds}`);
  }
  return made;
}

/** Predicts the second tests after the first; with `learn`, each test is learned once it is predicted. */
export function trainAndTest(
  train: readonly RecordedContest[],
  test: readonly RecordedContest[],
  { seed, learn, say }: { readonly seed: number; readonly learn: boolean; readonly say: Say },
): readonly Forecast[] {
  const ranker = new Ranker(seed);
  train.forEach((contest, i) => {
    ranker.learn(contest);
    say(`predict: learned ${i + 1} of ${train.length} tests`);
  });
  ranker.refit({ relearn: true });
  let baseline = fitBaseline(ranker);
  let corpus = ranker.corpus;
  return test.flatMap((contest, i) => {
    const made = forecasts(ranker, baseline, contest, i);
    if (learn) ranker.learn(contest);
    if (ranker.corpus !== corpus) {
      corpus = ranker.corpus;
      baseline = fitBaseline(ranker);
    }
    say(`predict: predicted ${i + 1} of ${test.length} tests`);
    return made;
  });
}
