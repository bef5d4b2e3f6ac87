import { topic } from '../../topology/topic.ts';
import type { AdFatigued } from '../generated/types.ts';
import { all, earliest_ms, ids, notNegative, optionalBetween, optionalFinite, text, times } from '../rules/index.ts';

export const adFatigued = topic<AdFatigued>()({
  name: 'ad.fatigued',
  partitionKey: 'account_id',
  version: 1,
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
    ),
    optionalBetween('since_ms', earliest_ms, Number.MAX_SAFE_INTEGER, 'give UTC epoch milliseconds'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
