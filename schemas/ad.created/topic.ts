import { topic } from '../../topology/topic.ts';
import type { AdCreated } from '../generated/types.ts';
import { all, clock_skew_ms, ids, notAfterLog, optionalId, text, times } from '../rules/index.ts';

export const adCreated = topic<AdCreated>()({
  name: 'ad.created',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: ['ad_id'] },
  description: 'An ad exists, or its description changed.',
  writtenBy: 'the ad platform',
  check: all<AdCreated>(
    ids('account_id', 'campaign_id', 'adset_id', 'ad_id'),
    optionalId('experiment_id'),
    text('name', 1, 512),
    text('headline', 0, 10_000),
    text('primary_text', 0, 10_000),
    text('call_to_action', 1, 64),
    times('created_ms'),
    notAfterLog(clock_skew_ms, 'created_ms'),
  ),
});
