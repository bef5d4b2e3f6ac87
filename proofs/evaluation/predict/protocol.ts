/** Who learns what before predicting what. */
import { Ranker } from '../../../learning/ranking/ranker.ts';
import { fitBaselines, forecasts, mixForecasts, type Forecast, type RecordedContest } from './forecast.ts';

export type Say = (text: string) => void;

const folds = 5;

/** What was forecast. */
export interface Forecasts {
  /** By all models. */
  readonly forecasts: readonly Forecast[];
  /** By the mix after each share of `history_shares`, in their order, of one and the same tests. */
  readonly by_history: readonly Forecast[];
}

/** Shares of the tests to learn from, from the first on, after which accuracy is compared; the first is the frozen control. */
export const history_shares = [0.1, 0.3, 1] as const;

/**
 * Five forward folds over the second half of the tests, in the order of time: each is predicted by what was learned from
 * all tests before it, frozen while the fold lasts. History is compared on the last fold.
 */
export function forwardFolds(contests: readonly RecordedContest[], seed: number, say: Say): Forecasts {
  const half = Math.floor(contests.length / 2);
  const bound = (fold: number): number => Math.round(half + ((contests.length - half) * fold) / folds);
  const made: Forecast[] = [];
  const student = new Student(contests.slice(0, bound(folds - 1)), seed, say);
  for (let fold = 0; fold < folds; fold++) {
    student.learnTo(bound(fold));
    const { ranker } = student;
    ranker.refit({ relearn: true });
    const baselines = fitBaselines(ranker);
    contests
      .slice(bound(fold), bound(fold + 1))
      .forEach((contest, i) => made.push(...forecasts(ranker, baselines, contest, bound(fold) + i)));
    say(`predict: fold ${fold + 1} of ${folds}`);
  }
  return { forecasts: made, by_history: ofHistory(student.rankers, contests.slice(bound(folds - 1))) };
}

const ofHistory = (rankers: readonly Ranker[], contests: readonly RecordedContest[]): readonly Forecast[] =>
  contests.flatMap((contest, i) => mixForecasts(rankers, contest, i));

/** Predicts the second tests after the first; with `learn`, each test is learned once it is predicted. */
export function trainAndTest(
  train: readonly RecordedContest[],
  test: readonly RecordedContest[],
  { seed, learn, say }: { readonly seed: number; readonly learn: boolean; readonly say: Say },
): Forecasts {
  const student = new Student(train, seed, say);
  student.learnTo(train.length);
  const { ranker } = student;
  ranker.refit({ relearn: true });
  const by_history = ofHistory(student.rankers, test);
  let baselines = fitBaselines(ranker);
  let corpus = ranker.corpus;
  const made = test.flatMap((contest, i) => {
    const found = forecasts(ranker, baselines, contest, i);
    if (learn) ranker.learn(contest);
    if (ranker.corpus !== corpus) {
      corpus = ranker.corpus;
      baselines = fitBaselines(ranker);
    }
    say(`predict: predicted ${i + 1} of ${test.length} tests`);
    return found;
  });
  return { forecasts: made, by_history };
}

/** A ranker that learns tests in their order, and copies of it that stopped after shares of them. */
class Student {
  readonly ranker: Ranker;
  readonly #contests: readonly RecordedContest[];
  readonly #say: Say;
  readonly #copies: Ranker[] = [];
  #learned = 0;

  constructor(contests: readonly RecordedContest[], seed: number, say: Say) {
    this.ranker = new Ranker(seed);
    this.#contests = contests;
    this.#say = say;
  }

  /** After each share of history but the last, then the ranker itself. */
  get rankers(): readonly Ranker[] {
    return [...this.#copies, this.ranker];
  }

  /** Learns until `count` tests are learned. */
  learnTo(count: number): void {
    const total = this.#contests.length;
    for (const contest of this.#contests.slice(this.#learned, count)) {
      this.ranker.learn(contest);
      this.#learned++;
      this.#say(`predict: learned ${this.#learned} of ${total} tests`);
      const share = history_shares[this.#copies.length];
      if (share === undefined || share === 1 || this.#learned < share * total) continue;
      const copy = Ranker.restore(this.ranker.save());
      copy.refit({ relearn: true });
      this.#copies.push(copy);
    }
  }
}
