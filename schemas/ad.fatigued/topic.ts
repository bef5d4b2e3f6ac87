import { topic } from '../../topology/topic.ts';
import type { AdFatigued, RefreshChange } from '../generated/types.ts';
import {
  all,
  atMost,
  counts,
  each,
  earliest_ms,
  finite,
  ids,
  notNegative,
  optionalBetween,
  optionalFinite,
  optionalId,
  taxonomyWord,
  text,
  times,
  unique,
} from '../rules/index.ts';

export const adFatigued = topic<AdFatigued>()({
  name: 'ad.fatigued',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'An ad tires, or has recovered.',
  check: all<AdFatigued>(
    ids('account_id', 'ad_id', 'campaign_id', 'adset_id', 'policy_version'),
    notNegative('evidence', 'threshold'),
    optionalFinite(
      'change',
      'change_low',
      'change_high',
      'days_to_critical',
      'days_to_critical_low',
      'days_to_critical_high',
      'frequency',
      'like_lift',
    ),
    optionalBetween('since_ms', earliest_ms, Number.MAX_SAFE_INTEGER, 'give UTC epoch milliseconds'),
    text('refresh', 1, 10_000),
    text('no_refresh', 1, 10_000),
    optionalId('like_ad_id'),
    each(
      'changes',
      all<RefreshChange>(
        taxonomyWord('trait'),
        taxonomyWord('from'),
        taxonomyWord('to'),
        finite('expected_effect', 'low', 'high'),
        atMost('low', 'high', 'the interval runs from low to high'),
        counts('experiments'),
      ),
    ),
    unique('changes', '.trait', ({ trait }: RefreshChange) => trait, 'change each trait once'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
