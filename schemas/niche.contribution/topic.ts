import { topic } from '../../topology/topic.ts';
import type { ContributedEffect, NicheContribution } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  all,
  between,
  counts,
  each,
  finite,
  ids,
  niche,
  optionalBetween,
  taxonomyWord,
  times,
  unique,
} from '../rules/index.ts';

export const nicheContribution = topic<NicheContribution>()({
  name: 'niche.contribution',
  partitionKey: 'niche',
  version: 1,
  // Of an account that left, only that it left is kept: what it said before goes with the time.
  retention: { keep_ms: days(400), compactBy: ['account_id', 'niche'] },
  description: 'What one account has to say to its niche, or that it says nothing any more.',
  check: all<NicheContribution>(
    niche('niche'),
    ids('account_id', 'business_id', 'policy_version'),
    between('confidence', 0, 1, 'give a fraction: 90 % sure is 0.9'),
    counts('ads', 'impressions'),
    optionalBetween('log_rate', -100, 0, 'give the natural logarithm of a fraction'),
    each('traits', all<ContributedEffect>(taxonomyWord('trait'), taxonomyWord('value'), finite('effect'))),
    unique(
      'traits',
      '.value',
      ({ trait, value }: ContributedEffect) => `${trait}=${value}`,
      'give each value of a trait once',
    ),
    times('at_ms'),
  ),
});
