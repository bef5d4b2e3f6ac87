/** Effects as they are told: of each value by itself, and of sums and differences of values, with 95 % intervals. */
import { normalQuantile } from '../../numeric.ts';
import { codingOf, hasColumn, splitName } from './columns.ts';
import type { Posterior } from './posterior.ts';
import type { Sums } from './sums.ts';

/** On the log of the click rate. */
export interface Effect {
  readonly effect: number;
  readonly low: number;
  readonly high: number;
}

export interface ValueEffect extends Effect {
  readonly trait: string;
  readonly value: string;
  /** What the data alone say, before shrinking; null where they say next to nothing. */
  readonly raw_effect: number | null;
  /** Standard deviation of that. */
  readonly raw_sd: number | null;
  /** Experiments whose arms differ in the value, and their impressions. */
  readonly experiments: number;
  readonly impressions: number;
}

/** All that is needed to tell effects. */
export interface Formula {
  readonly posterior: Posterior;
  readonly place: ReadonlyMap<string, number>;
  /** By value of a trait of which an ad has exactly one: its share among the account's arms. */
  readonly share: ReadonlyMap<string, number>;
  readonly sums: Sums;
}

/** Weights on the columns of a posterior, by place. */
export type Weights = ReadonlyMap<number, number>;

const z = normalQuantile(0.975);

export function formulaOf(sums: Sums, posterior: Posterior): Formula {
  const totals = new Map<string, number>();
  const single = sums.columns.flatMap((name, i) => {
    const trait = splitName(name)?.trait;
    if (trait === undefined || codingOf(trait) === 'has') return [];
    const arms = sums.arms[i] ?? 0;
    totals.set(trait, (totals.get(trait) ?? 0) + arms);
    return [{ name, trait, arms }];
  });
  return {
    posterior,
    place: new Map(posterior.columns.map((name, i) => [name, i])),
    share: new Map(single.map(({ name, trait, arms }) => [name, arms / Math.max(1, totals.get(trait) ?? 0)])),
    sums,
  };
}

/**
 * What a value is compared with: not having it, where a trait has or lacks something; the account's mean over the
 * trait, where an ad has exactly one of its values. So effects of an ad's values add up to its distance from the mean.
 * @returns null for a value that no experiment compared; empty for one that others are compared with
 */
export function weightsOf(formula: Formula, name: string): Weights | null {
  if (!hasColumn(name)) return new Map();
  const own = formula.place.get(name);
  const trait = splitName(name)?.trait;
  if (own === undefined || trait === undefined) return null;
  const weights = new Map([[own, 1]]);
  if (codingOf(trait) === 'one_of')
    for (const [other, share] of formula.share) {
      const place = formula.place.get(other);
      if (place !== undefined && splitName(other)?.trait === trait)
        weights.set(place, (weights.get(place) ?? 0) - share);
    }
  return weights;
}

/** Sum of weights, each times its factor. */
export function combine(parts: readonly (readonly [weights: Weights, factor: number])[]): Weights {
  const all = new Map<number, number>();
  for (const [weights, factor] of parts)
    for (const [place, weight] of weights) all.set(place, (all.get(place) ?? 0) + factor * weight);
  return all;
}

/** Mean and variance of a weighted sum of effects. */
export function momentsOf({ posterior }: Formula, weights: Weights): Moments {
  return moments(posterior, weights);
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

function moments({ mean: means, covariance }: Pick<Posterior, 'mean' | 'covariance'>, weights: Weights): Moments {
  let mean = 0;
  let variance = 0;
  for (const [i, one] of weights) {
    mean += one * (means[i] ?? 0);
    for (const [j, other] of weights) variance += one * other * (covariance[i]?.[j] ?? 0);
  }
  return { mean, variance: Math.max(0, variance) };
}

/** A weighted sum of effects with its 95 % interval. */
export function effectOf(formula: Formula, weights: Weights): Effect {
  const { mean, variance } = momentsOf(formula, weights);
  const half = z * Math.sqrt(variance);
  return { effect: mean, low: mean - half, high: mean + half };
}

/** Variance must fall by this share for the data to say something by themselves. */
const least_said = 0.02;

/**
 * What the data alone say: the posterior under the widest prior with the prior taken out, 1/v = 1/V − 1/V₀ and
 * raw = v (m/V − m₀/V₀). The other traits stay shrunken, by that widest prior.
 */
function rawEffect(formula: Formula, weights: Weights): Pick<ValueEffect, 'raw_effect' | 'raw_sd'> {
  const { widest } = formula.posterior;
  const { mean, variance } = moments(widest, weights);
  let mean0 = 0;
  let variance0 = 0;
  for (const [i, one] of weights) {
    mean0 += one * (widest.prior_mean[i] ?? 0);
    variance0 += one ** 2 * (widest.prior_variance[i] ?? 0);
  }
  const precision = 1 / variance - 1 / variance0;
  if (variance <= 0 || precision * variance < least_said) return { raw_effect: null, raw_sd: null };
  return { raw_effect: (mean / variance - mean0 / variance0) / precision, raw_sd: Math.sqrt(1 / precision) };
}

/** Every value that experiments compared, in order of names. */
export function valueEffects(formula: Formula): readonly ValueEffect[] {
  const { columns, experiments, impressions } = formula.sums;
  return [...columns.keys()]
    .sort((a, b) => ((columns[a] ?? '') < (columns[b] ?? '') ? -1 : 1))
    .flatMap((i): readonly ValueEffect[] => {
      const name = columns[i] ?? '';
      const split = splitName(name);
      const weights = formula.place.has(name) ? weightsOf(formula, name) : null;
      if (split === null || weights === null) return [];
      const support = { experiments: experiments[i] ?? 0, impressions: impressions[i] ?? 0 };
      return [{ ...split, ...effectOf(formula, weights), ...rawEffect(formula, weights), ...support }];
    });
}
