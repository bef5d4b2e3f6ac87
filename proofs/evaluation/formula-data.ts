/** The formula on recorded tests: what it claims, and how often it knows the better of two headlines of later tests. */
import { headlineOnly } from '../../learning/dna/creative.ts';
import { extract } from '../../learning/dna/extract.ts';
import { valueName, weighedValues } from '../../learning/dna/formula/columns.ts';
import { contrastOf, type Arm } from '../../learning/dna/formula/contrast.ts';
import { formulaOf, valueEffects, type Formula } from '../../learning/dna/formula/effects.ts';
import { posterior } from '../../learning/dna/formula/posterior.ts';
import { comparison } from '../../learning/dna/formula/score.ts';
import { noSums, withContrast, type Sums } from '../../learning/dna/formula/sums.ts';
import { generator } from '../../learning/numeric.ts';
import type { DnaPolicy } from '../../policy/dna.ts';
import type { RecordedTest } from '../../ports/sources/ab-test-csv/tests.ts';
import type { Measure } from '../measures.ts';

/** A test with what the formula weighs of its headlines. */
interface ReadTest {
  readonly randomised: boolean;
  readonly arms: readonly (Arm & { readonly headline: string })[];
}

/** Parts that tests are cut into by time; each but the first is predicted from all before it. */
const folds = 5;
const resamples = 1_000;
/** Difference of two rates, in standard errors, from which a pair counts as told apart. */
const significant = 1.96;

const byTime = (tests: readonly RecordedTest[]): readonly ReadTest[] =>
  [...tests]
    .sort((a, b) => a.created_ms - b.created_ms)
    .map(({ randomised, arms }) => ({
      randomised,
      arms: arms.map(({ headline, impressions, clicks }) => ({
        headline,
        impressions,
        clicks,
        values: weighedValues(extract(headlineOnly(headline)).traits),
      })),
    }));

function counted(sums: Sums, tests: readonly ReadTest[], policy: DnaPolicy): Sums {
  return tests.reduce((total, { arms }) => {
    const contrast = contrastOf(arms, policy);
    return contrast === null ? total : withContrast(total, contrast);
  }, sums);
}

/** Pairs of one test: how many, how many the formula tells apart, and for how many it is right. */
interface Pairs {
  readonly all: number;
  readonly opinions: number;
  readonly right: number;
}
const no_pairs: Pairs = { all: 0, opinions: 0, right: 0 };

function standardErrors(a: Arm, b: Arm): number {
  const pooled = (a.clicks + b.clicks) / (a.impressions + b.impressions);
  const variance = pooled * (1 - pooled) * (1 / a.impressions + 1 / b.impressions);
  return variance <= 0 ? 0 : Math.abs(a.clicks / a.impressions - b.clicks / b.impressions) / Math.sqrt(variance);
}

/** Pairs of different headlines whose rates differ, by at least so many standard errors. */
function pairsOf({ arms }: ReadTest, formula: Formula, least: number): Pairs {
  let { all, opinions, right } = no_pairs;
  for (const [i, a] of arms.entries())
    for (const b of arms.slice(i + 1)) {
      const ahead = a.clicks / a.impressions - b.clicks / b.impressions;
      if (a.headline === b.headline || ahead === 0 || standardErrors(a, b) < least) continue;
      const { effect } = comparison(formula, a.values, b.values);
      all++;
      if (Math.abs(effect) < 1e-12) continue;
      opinions++;
      if (Math.sign(effect) === Math.sign(ahead)) right++;
    }
  return { all, opinions, right };
}

const added = (pairs: readonly Pairs[]): Pairs =>
  pairs.reduce(
    (sum, one) => ({ all: sum.all + one.all, opinions: sum.opinions + one.opinions, right: sum.right + one.right }),
    no_pairs,
  );

/** A pair of which the formula says nothing counts as half right. */
const accuracyOf = ({ all, opinions, right }: Pairs): number => (right + (all - opinions) / 2) / all;

/** Accuracy with an interval over tests drawn again, since pairs of one test are alike. */
function accuracy(pairs: readonly Pairs[], labels: Measure['labels'], seed: number): readonly Measure[] {
  const total = added(pairs);
  if (total.all === 0) return [];
  const random = generator(seed);
  const drawn = Array.from({ length: resamples }, () =>
    accuracyOf(added(pairs.map(() => pairs[Math.floor(random() * pairs.length)] ?? no_pairs))),
  ).sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.floor(share * (resamples - 1))] ?? 0;
  const unit = 'share of pairs, half for those without an opinion';
  return [
    { name: 'pair_accuracy', labels, value: accuracyOf(total), unit, low: at(0.025), high: at(0.975), n: total.all },
    { name: 'opinions', labels, value: total.opinions / total.all, unit: 'share of pairs', n: total.all },
  ];
}

/** Each part of the tests but the first, judged by a formula of all before it. */
function forward(
  tests: readonly ReadTest[],
  policy: DnaPolicy,
): readonly { readonly test: ReadTest; readonly formula: Formula }[] {
  const size = Math.ceil(tests.length / folds);
  let sums = noSums;
  return Array.from({ length: folds - 1 }, (_, fold) => {
    sums = counted(sums, tests.slice(fold * size, (fold + 1) * size), policy);
    const formula = formulaOf(sums, posterior(sums, policy));
    return tests.slice((fold + 1) * size, (fold + 2) * size).map((test) => ({ test, formula }));
  }).flat();
}

/** Accuracy on later tests, of all pairs and of those whose rates chance does not explain. */
function accuracies(tests: readonly ReadTest[], policy: DnaPolicy, seed: number): readonly Measure[] {
  const later = forward(tests, policy);
  const kinds = [
    { pairs: 'all', least: 0 },
    { pairs: 'significant', least: significant },
  ];
  return kinds.flatMap(({ pairs, least }) =>
    [false, true].flatMap((sound) => {
      const judged = later.filter(({ test }) => !sound || test.randomised);
      const labels = { pairs, tests: sound ? 'without randomization risk' : 'all' };
      const counts = judged.map(({ test, formula }) => pairsOf(test, formula, least));
      return accuracy(counts, labels, seed);
    }),
  );
}

/** Accuracy on later tests, then every effect of all tests that its interval tells from nothing. */
export function dataMeasures(recorded: readonly RecordedTest[], policy: DnaPolicy, seed: number): readonly Measure[] {
  const tests = byTime(recorded);
  const sums = counted(noSums, tests, policy);
  const fitted = posterior(sums, policy);
  const effects = valueEffects(formulaOf(sums, fitted));
  const claimed = effects.filter(({ low, high }) => low > 0 || high < 0);
  const figure = (name: string, value: number, unit: string, n?: number): Measure => ({
    name,
    labels: {},
    value,
    unit,
    ...(n === undefined ? {} : { n }),
  });
  return [
    ...accuracies(tests, policy, seed),
    figure('experiments', sums.all_experiments, 'tests with two arms or more', tests.length),
    figure('dispersion', fitted.dispersion, 'scatter of arms over the expected, as a variance'),
    figure('effect_sd', fitted.effect_sd, 'scatter of effects, log click rate'),
    figure('claimed', claimed.length, 'values told from nothing', effects.length),
    ...[...claimed]
      .sort((a, b) => b.effect - a.effect)
      .map(({ trait, value, effect, low, high, experiments }): Measure => {
        const labels = { value: valueName(trait, value) };
        const unit = 'log click rate; n experiments';
        return { name: 'effect', labels, value: effect, low, high, n: experiments, unit };
      }),
  ];
}
