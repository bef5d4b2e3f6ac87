/** The features that the trees are given, in a fixed order that their version names. */
import { specOf, trait_names } from '../../learning/dna/taxonomy.ts';
import type { PredictionPolicy } from '../../policy/prediction.ts';
import { accountRate, traitCauses, traitEffect, type Known } from './experts.ts';

const numbers = [
  'log_account_rate',
  'memory_log_lift',
  'memory_score',
  'trait_log_effect',
  'traits_compared',
  'log_own_ratio',
  'log_impressions',
] as const;
const traits: readonly string[] = trait_names.flatMap((trait) =>
  [...specOf(trait).values, 'other'].map((value) => `${trait}=${value}`),
);

/** Names in order: numbers first, then one of each trait's values. */
export const feature_names: readonly string[] = [...numbers, ...traits];

/** Features of an ad as it is known now. Traits are 0 or 1; what is not known is 0. */
export function featuresOf(known: Known, policy: PredictionPolicy): readonly number[] {
  const { ad } = known;
  const rate = accountRate(known, policy);
  const causes = traitCauses(known);
  const own = (ad.clicks + policy.ad_shape) / (ad.impressions * rate + policy.ad_shape);
  const has = new Set(ad.traits);
  return [
    Math.log(rate),
    ad.recall?.prior_log_lift ?? 0,
    ad.recall?.nearest?.score ?? 0,
    traitEffect(known),
    causes.length,
    Math.log(own),
    Math.log1p(ad.impressions),
    ...traits.map((trait) => (has.has(trait) ? 1 : 0)),
  ];
}
