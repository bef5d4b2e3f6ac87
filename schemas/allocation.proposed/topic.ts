import { topic } from '../../topology/topic.ts';
import type { AllocationProposed, ArmAllocation } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  all,
  atLeastItems,
  atMost,
  counts,
  each,
  finite,
  fullHour,
  ids,
  notNegative,
  rates,
  sumsToOne,
  times,
  unique,
} from '../rules/index.ts';

const arm = all<ArmAllocation>(
  ids('adset_id'),
  rates('share', 'p_best', 'propensity'),
  notNegative('mean', 'low', 'high', 'expected_loss', 'impressions'),
  finite('predicted_lift'),
  atMost('low', 'high', 'the interval runs from low to high'),
);

export const allocationProposed = topic<AllocationProposed>()({
  name: 'allocation.proposed',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'How the budget of a campaign should be split over its ad sets in the next hour.',
  check: all<AllocationProposed>(
    ids('account_id', 'campaign_id', 'policy_version'),
    times('hour_ms', 'at_ms'),
    fullHour('hour_ms'),
    counts('seed', 'draws'),
    rates('exploration_share', 'floor_share'),
    notNegative('time_of_day_factor', 'effective_prior_impressions', 'expected_loss'),
    atLeastItems('arms', 1, 'a split has at least one ad set'),
    each('arms', arm),
    unique('arms', '.adset_id', ({ adset_id }: ArmAllocation) => adset_id, 'each ad set is one arm'),
    sumsToOne('arms', 'share', ({ share }: ArmAllocation) => share),
  ),
});
