import { topic } from '../../topology/topic.ts';
import type { ActualsRequested } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, atMost, counts, fullHour, ids, optionalId, times } from '../rules/index.ts';

export const actualsRequested = topic<ActualsRequested>()({
  name: 'actuals.requested',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'The ad platform is asked what an ad got, hour by hour.',
  check: all<ActualsRequested>(
    ids('account_id', 'request_id', 'ad_id'),
    optionalId('policy_version'),
    optionalId('prediction_id'),
    times('from_ms', 'to_ms', 'at_ms'),
    fullHour('from_ms'),
    fullHour('to_ms'),
    atMost('from_ms', 'to_ms', 'the hours begin before they end'),
    counts('missing_hours'),
  ),
});
