/** Forecasts of the pairs of a test, by every model, made before its outcome is used. */
import type { Contest, Creative } from '../../../learning/ranking/contest.ts';
import { experts, n_gram_baselines } from '../../../learning/ranking/experts.ts';
import { differencesOf, outcomePairs, type OutcomePair } from '../../../learning/ranking/outcome-pairs.ts';
import type { Ranker } from '../../../learning/ranking/ranker.ts';
import { logistic } from '../../../learning/ranking/stack.ts';
import { headlineVectors } from '../../../learning/text/layout.ts';
import { dot } from '../../../learning/text/sparse.ts';

export interface RecordedContest extends Contest {
  /** Readers were assigned at random, as far as is known. */
  readonly randomised: boolean;
}

export const baselines: readonly string[] = [
  ...n_gram_baselines.map(({ name }) => name),
  'longer-headline',
  'account-mean',
];
/** All models, the mix first. */
export const model_names: readonly string[] = ['mix', ...experts.map(({ name }) => name), ...baselines];

/** A pair of headlines with what each model said and what came of it. */
export interface Forecast {
  /** Position of its test: pairs of one test are not independent. */
  readonly cluster: number;
  readonly randomised: boolean;
  readonly a_won: boolean;
  /** The rates differ at p < .05, two-sided. */
  readonly significant: boolean;
  readonly best_vs_worst: boolean;
  /** Probability that a has the higher click rate, in the order of `model_names`; .5 is no opinion. */
  readonly probabilities: readonly number[];
}

const significant_z = 1.959964;
/** Share of pairs that the longer headline is taken to win: what evidence rules give for it. */
const longer_wins = 0.526;
const least_impressions = 500;

/** Positions of the arms with the highest and the lowest click rate among those shown enough, the first of equals. */
function extremes({ arms }: Contest): readonly [best: number, worst: number] {
  let best = -1;
  let worst = -1;
  const rate = (i: number): number => (arms[i]?.clicks ?? 0) / (arms[i]?.impressions ?? 1);
  arms.forEach(({ impressions }, i) => {
    if (impressions < least_impressions) return;
    if (best < 0 || rate(i) > rate(best)) best = i;
    if (worst < 0 || rate(i) < rate(worst)) worst = i;
  });
  return [best, worst];
}

function baselineProbabilities(
  creatives: readonly Creative[],
  n_gram_scores: readonly (readonly number[])[],
  pair: OutcomePair,
): number[] {
  const { a, b } = pair;
  const longer = (creatives[a]?.headline.length ?? 0) - (creatives[b]?.headline.length ?? 0);
  return [
    ...differencesOf(n_gram_scores, a, b).map(logistic),
    longer === 0 ? 0.5 : longer > 0 ? longer_wins : 1 - longer_wins,
    0.5,
  ];
}

/** Coefficients of the n-gram baselines, fitted to what the ranker remembers. */
export const fitBaselines = (ranker: Ranker): readonly Float32Array[] =>
  n_gram_baselines.map((baseline) => baseline.fit(ranker.blocks));

/** What came of each pair, with what models said of it; `probabilities` by pair, in their order. */
function judged(
  contest: RecordedContest,
  cluster: number,
  probabilities: (pair: OutcomePair) => readonly number[],
): Forecast[] {
  const [best, worst] = extremes(contest);
  return outcomePairs(contest).map((pair) => {
    const { a, b, a_won, z } = pair;
    return {
      cluster,
      randomised: contest.randomised,
      a_won,
      significant: Math.abs(z) > significant_z,
      best_vs_worst: (a === best && b === worst) || (a === worst && b === best),
      probabilities: probabilities(pair),
    };
  });
}

const creativesOf = ({ arms }: RecordedContest): readonly Creative[] =>
  arms.map(({ headline, body }) => ({ headline, body }));

/** Forecasts of all pairs of a test. Models see its headlines only. */
export function forecasts(
  ranker: Ranker,
  fitted: readonly Float32Array[],
  contest: RecordedContest,
  cluster: number,
): Forecast[] {
  const creatives = creativesOf(contest);
  const scores = ranker.scores(creatives);
  const headlines = creatives.map(({ headline }) => headline);
  const vectors = headlineVectors(headlines, ranker.corpus);
  const n_gram_scores = fitted.map((coefficients) => vectors.map((vector) => dot(vector, coefficients)));
  return judged(contest, cluster, (pair) => [
    ranker.probability(scores, pair.a, pair.b),
    ...experts.map((_, k) => ranker.expertProbability(k, scores, pair.a, pair.b)),
    ...baselineProbabilities(creatives, n_gram_scores, pair),
  ]);
}

/** Forecasts of all pairs of a test by the mixes of several rankers, in their order. */
export function mixForecasts(rankers: readonly Ranker[], contest: RecordedContest, cluster: number): Forecast[] {
  const creatives = creativesOf(contest);
  const scores = rankers.map((ranker) => ranker.scores(creatives));
  return judged(contest, cluster, ({ a, b }) => rankers.map((ranker, k) => ranker.probability(scores[k] ?? [], a, b)));
}
