/**
 * A ranker of headlines that learns test by test, in the order of time, and predicts before it learns. It keeps the tests
 * it has learned (their texts and totals) and fits its experts anew as they grow; between fits it does not change. Pure
 * and deterministic: the same tests in the same order with the same seed give the same predictions.
 */
import { empty_corpus, learnCorpus, type Corpus } from '../text/corpus.ts';
import { headlineVectors } from '../text/layout.ts';
import { dot } from '../text/sparse.ts';
import { blockOf, type Block, type Contest, type Creative } from './contest.ts';
import { experts } from './experts.ts';
import { differencesOf, outcomePairs } from './outcome-pairs.ts';
import { plainCorpus, corpusOf, type PlainCorpus } from './plain-corpus.ts';
import { fitStack, logistic, logOdds, type PredictedPair, type Slopes } from './stack.ts';

/** Refit when this many tests are new, or this share of those fitted, whichever is more. */
const refit_tests = 100;
const refit_share = 0.25;
/** The language is learned anew when the tests have grown by this share since. */
const relearn_share = 0.5;
/** Older tests than this many are forgotten: bounds memory (about 5 kB a test) and follows drift. */
const most_tests = 8_000;
/** Predictions that slopes are fitted to: the latest. */
const most_pairs = 8_000;
/** Strength of the slopes' prior, see fitStack. */
const prior_precision = 2;

export interface RankerState {
  readonly version: 1;
  readonly seed: number;
  readonly contests: readonly Contest[];
  readonly learned: number;
  readonly fitted_at: number;
  readonly corpus_at: number;
  readonly corpus: PlainCorpus;
  /** By expert; none before the first fit. */
  readonly coefficients: readonly Float32Array[];
  readonly slopes: Slopes;
  readonly expert_slopes: Slopes;
  readonly predicted: readonly PredictedPair[];
}

export class Ranker {
  readonly #seed: number;
  #contests: Contest[] = [];
  #blocks: (Block | null)[] = [];
  #corpus: Corpus = empty_corpus;
  #coefficients: readonly Float32Array[] = [];
  #slopes: Slopes = experts.map(({ prior_slope }) => prior_slope / experts.length);
  #expert_slopes: Slopes = experts.map(({ prior_slope }) => prior_slope);
  #predicted: PredictedPair[] = [];
  /** Tests learned ever; at the last fit; when the language was last learned. */
  #learned = 0;
  #fitted_at = 0;
  #corpus_at = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /**
   * A ranker that learned these tests, which come in the order of time, and was fitted to all of them. It computes for
   * seconds to minutes (docs/prediction.md): call it on a worker thread, and hand over `save()`.
   */
  static train(contests: readonly Contest[], seed: number): Ranker {
    const ranker = new Ranker(seed);
    for (const contest of contests) ranker.learn(contest);
    ranker.refit({ relearn: true });
    return ranker;
  }

  /**
   * Probability in (0, 1) that the creative at position `a` gets the higher click rate than the one at `b`. `creatives`
   * are all that are tested against one another, as a headline is judged beside its rivals.
   */
  predict(creatives: readonly Creative[], a: number, b: number): number {
    return this.probability(this.scores(creatives), a, b);
  }

  /** Tests learned so far. */
  get learned(): number {
    return this.#learned;
  }

  /** Blocks of the tests it remembers, for baselines to be fitted to the same. */
  get blocks(): readonly Block[] {
    return this.#blocks.filter((block) => block !== null);
  }

  get corpus(): Corpus {
    return this.#corpus;
  }

  /** Scores of the creatives of one test, a row for each expert. Zeros before the first fit. */
  scores(creatives: readonly Creative[]): readonly (readonly number[])[] {
    const headlines = [...new Set(creatives.map(({ headline }) => headline))];
    const vectors = new Map(headlineVectors(headlines, this.#corpus).map((vector, i) => [headlines[i], vector]));
    return experts.map((_, k) => {
      const coefficients = this.#coefficients[k];
      return creatives.map(({ headline }) => {
        const vector = vectors.get(headline);
        return vector === undefined || coefficients === undefined ? 0 : dot(vector, coefficients);
      });
    });
  }

  /** Probability that creative `a` gets the higher click rate than `b`, by scores of their test; antisymmetric. */
  probability(scores: readonly (readonly number[])[], a: number, b: number): number {
    return logistic(logOdds(this.#slopes, differencesOf(scores, a, b)));
  }

  /** The same by one expert alone. */
  expertProbability(expert: number, scores: readonly (readonly number[])[], a: number, b: number): number {
    return logistic((this.#expert_slopes[expert] ?? 0) * (differencesOf(scores, a, b)[expert] ?? 0));
  }

  /** Takes in a test whose totals are final; what was predicted of it first goes to the calibration. */
  learn(contest: Contest): void {
    if (this.#coefficients.length > 0) {
      const scores = this.scores(contest.arms);
      for (const { a, b, a_won } of outcomePairs(contest))
        this.#predicted.push({ differences: differencesOf(scores, a, b), a_won });
    }
    this.#contests.push(contest);
    this.#blocks.push(blockOf(contest, this.#corpus));
    this.#learned++;
    if (this.#learned - this.#fitted_at >= Math.max(refit_tests, refit_share * this.#fitted_at)) this.refit();
  }

  /**
   * Fits to all that was learned. Called by `learn` when due; call it before predictions that matter, with `relearn` so
   * that words of the latest tests are known too.
   */
  refit({ relearn = false }: { readonly relearn?: boolean } = {}): void {
    this.#forget();
    if (relearn || this.#learned >= (1 + relearn_share) * this.#corpus_at) this.#relearn();
    const { blocks } = this;
    this.#coefficients = experts.map((expert) => expert.fit(blocks));
    const count = experts.length;
    const prior = experts.map(({ prior_slope }) => prior_slope / count);
    this.#slopes = fitStack(this.#predicted, prior, prior_precision);
    this.#expert_slopes = experts.map(({ prior_slope }, k) => {
      const alone = this.#predicted.map(({ differences, a_won }) => ({ differences: [differences[k] ?? 0], a_won }));
      return fitStack(alone, [prior_slope], prior_precision)[0] ?? prior_slope;
    });
    this.#fitted_at = this.#learned;
  }

  #forget(): void {
    this.#contests = this.#contests.slice(-most_tests);
    this.#blocks = this.#blocks.slice(-most_tests);
    this.#predicted = this.#predicted.slice(-most_pairs);
  }

  /** Language anew from all texts, and with it all vectors. */
  #relearn(): void {
    const texts = this.#contests.flatMap(({ arms }) =>
      arms.flatMap(({ headline, body }) => (body === null ? [headline] : [headline, body])),
    );
    this.#corpus = learnCorpus(texts, this.#seed);
    this.#blocks = this.#contests.map((contest) => blockOf(contest, this.#corpus));
    this.#corpus_at = this.#learned;
  }

  /** All of it as plain data (objects, arrays, numbers, texts and typed arrays). */
  save(): RankerState {
    return {
      version: 1,
      seed: this.#seed,
      contests: [...this.#contests],
      learned: this.#learned,
      fitted_at: this.#fitted_at,
      corpus_at: this.#corpus_at,
      corpus: plainCorpus(this.#corpus),
      coefficients: this.#coefficients,
      slopes: this.#slopes,
      expert_slopes: this.#expert_slopes,
      predicted: [...this.#predicted],
    };
  }

  /** The ranker that `save` was called on. */
  static restore(state: RankerState): Ranker {
    const ranker = new Ranker(state.seed);
    ranker.#contests = [...state.contests];
    ranker.#corpus = corpusOf(state.corpus);
    ranker.#blocks = state.contests.map((contest) => blockOf(contest, ranker.#corpus));
    ranker.#coefficients = state.coefficients;
    ranker.#slopes = state.slopes;
    ranker.#expert_slopes = state.expert_slopes;
    ranker.#predicted = [...state.predicted];
    ranker.#learned = state.learned;
    ranker.#fitted_at = state.fitted_at;
    ranker.#corpus_at = state.corpus_at;
    return ranker;
  }
}
