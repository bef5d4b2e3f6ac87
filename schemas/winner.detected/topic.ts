import { topic } from '../../topology/topic.ts';
import type { WinnerDetected } from '../generated/types.ts';
import {
  all,
  atLeastItems,
  atMost,
  counts,
  eachId,
  family,
  finite,
  ids,
  notNegative,
  openRate,
  text,
  times,
  unique,
} from '../rules/index.ts';

export const winnerDetected = topic<WinnerDetected>()({
  name: 'winner.detected',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'An ad is better than all its rivals, at the error rate of the policy.',
  check: all<WinnerDetected>(
    ids('account_id', 'experiment_id', 'campaign_id', 'adset_id', 'ad_id', 'policy_version'),
    family('family'),
    notNegative('e_value', 'threshold'),
    counts('planned_experiments', 'announced_before', 'impressions', 'blocks'),
    openRate('alpha'),
    finite('rate', 'rival_rate', 'lift', 'lift_low', 'lift_high'),
    atMost('lift_low', 'lift_high', 'the interval runs from low to high'),
    atLeastItems('rivals', 1, 'a winner has beaten at least one ad'),
    eachId('rivals'),
    unique('rivals', '', (ad_id: string) => ad_id, 'name each rival once'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
