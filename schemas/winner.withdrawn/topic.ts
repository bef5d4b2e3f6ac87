import { topic } from '../../topology/topic.ts';
import type { WinnerWithdrawn } from '../generated/types.ts';

export const winnerWithdrawn = topic<WinnerWithdrawn>()({
  name: 'winner.withdrawn',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compact: false },
  description: "Restated data took a winner's evidence away.",
  check: () => undefined,
});
