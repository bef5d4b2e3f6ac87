import { topic } from '../../topology/topic.ts';
import type { DnaFormulaUpdated, TraitEffect } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  all,
  atMost,
  between,
  counts,
  each,
  finite,
  ids,
  optionalBetween,
  optionalFinite,
  taxonomyWord,
  times,
  unique,
} from '../rules/index.ts';

export const dnaFormulaUpdated = topic<DnaFormulaUpdated>()({
  name: 'dna.formula.updated',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'What goes with a better click rate in an account, trait by trait; an association, not a cause.',
  check: all<DnaFormulaUpdated>(
    ids('account_id', 'policy_version'),
    counts('experiments', 'ads'),
    between('extractor_version', 1, 1_000_000, 'give the version of the rules that extracted the traits'),
    each(
      'traits',
      all<TraitEffect>(
        taxonomyWord('trait'),
        taxonomyWord('value'),
        finite('effect', 'low', 'high'),
        optionalFinite('raw_effect'),
        optionalBetween('raw_sd', 0, 1e9, 'give null where it is not known'),
        atMost('low', 'high', 'the interval runs from low to high'),
        counts('experiments', 'impressions'),
      ),
    ),
    unique(
      'traits',
      '.value',
      ({ trait, value }: TraitEffect) => `${trait}=${value}`,
      'give each value of a trait once',
    ),
    times('at_ms'),
  ),
});
