import { topic } from '../../topology/topic.ts';
import type { AllocationProposed } from '../generated/types.ts';
import { days } from '../values.ts';

export const allocationProposed = topic<AllocationProposed>()({
  name: 'allocation.proposed',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compact: false },
  description: 'How the budget of a campaign should be split over its ad sets in the next hour.',
  check: () => undefined,
});
