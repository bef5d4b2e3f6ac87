import { topic } from '../../topology/topic.ts';
import type { NichePatternUpdated, NicheEffect } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  all,
  atMost,
  counts,
  each,
  finite,
  ids,
  niche,
  optionalBetween,
  optionalRate,
  taxonomyWord,
  times,
  unique,
} from '../rules/index.ts';

export const nichePatternUpdated = topic<NichePatternUpdated>()({
  name: 'niche.pattern.updated',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'What goes with a better click rate in a niche, as released to one member account.',
  check: all<NichePatternUpdated>(
    ids('account_id', 'policy_version'),
    niche('niche'),
    counts('release', 'businesses', 'needed'),
    each(
      'traits',
      all<NicheEffect>(
        taxonomyWord('trait'),
        taxonomyWord('value'),
        finite('effect', 'low', 'high'),
        atMost('low', 'high', 'the interval runs from low to high'),
      ),
    ),
    unique(
      'traits',
      '.value',
      ({ trait, value }: NicheEffect) => `${trait}=${value}`,
      'give each value of a trait once',
    ),
    optionalRate('mean_rate'),
    optionalBetween('mean_rate_log_sd', 0, 100, 'give null where it is not released'),
    optionalBetween('accounts_log_sd', 0, 100, 'give null where it is not released'),
    times('at_ms'),
  ),
});
