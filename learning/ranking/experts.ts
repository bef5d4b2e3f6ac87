/** The experts that score headlines, and the settings they were measured with (docs/prediction.md). */
import type { Block } from './contest.ts';
import { fitMixedModel } from './mixed-model.ts';
import { fitPairwise } from './pairwise.ts';
import { evenScales, priorScales, type Variances } from './scales.ts';

/** What each group may explain of the variance of log click rates within tests. */
const variances: Variances = {
  words: 0.007,
  word_pairs: 0.003,
  characters: 0.005,
  class_pairs: 0.003,
  style: 0.0008,
  topics: 0.008,
  tones: 0.008,
  rivals: 0.003,
  subjects: 0.01,
  uses: 0.004,
};

/** Log odds are about this many times log rates, in variance. */
const odds_variance = 3;
const pairwise_variances: Variances = Object.fromEntries(
  Object.entries(variances).map(([name, variance]) => [name, odds_variance * variance]),
);

export interface Expert {
  readonly name: string;
  /** Log odds for each unit of score before any pair was predicted, when it stands alone. */
  readonly prior_slope: number;
  fit(blocks: readonly Block[]): Float32Array;
}

export const experts: readonly Expert[] = [
  {
    name: 'mixed-model',
    prior_slope: 3,
    fit: (blocks) => fitMixedModel(blocks, { variances, noise: { headline_variance: 0.05, heterogeneity: 4 } }),
  },
  {
    name: 'pairwise-logistic',
    prior_slope: 0.6,
    fit: (blocks) =>
      fitPairwise(blocks, { scales: (all) => priorScales(all, pairwise_variances), weighting: 'information' }),
  },
];

/** Baselines: hashed word 1- to 2-grams and character 3- to 5-grams, every pair the same. They take no part in the mix. */
export const n_gram_baselines: readonly Expert[] = [
  {
    // Plain ridge, one strength for all n-grams (a C of .01 in the usual libraries).
    name: 'n-gram-logistic',
    prior_slope: 1,
    fit: (blocks) =>
      fitPairwise(blocks, {
        scales: () => evenScales(['words', 'word_pairs', 'characters'], 0.1),
        weighting: 'equal',
      }),
  },
  {
    // With this project's scales by group and without n-grams of a single test: what the n-grams alone are worth.
    name: 'n-gram-logistic-scaled',
    prior_slope: 1,
    fit: (blocks) =>
      fitPairwise(blocks, {
        scales: (all) => priorScales(all, { words: 0.05, word_pairs: 0.05, characters: 0.05 }),
        weighting: 'equal',
      }),
  },
];
