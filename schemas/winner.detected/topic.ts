import { topic } from '../../topology/topic.ts';
import type { WinnerDetected } from '../generated/types.ts';

export const winnerDetected = topic<WinnerDetected>()({
  name: 'winner.detected',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compact: false },
  description: 'An ad is better than all its rivals, at the error rate of the policy.',
  check: () => undefined,
});
