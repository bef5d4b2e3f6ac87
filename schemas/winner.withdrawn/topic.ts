import { topic } from '../../topology/topic.ts';
import type { WinnerWithdrawn } from '../generated/types.ts';
import { all, family, ids, notNegative, text, times } from '../rules/index.ts';

export const winnerWithdrawn = topic<WinnerWithdrawn>()({
  name: 'winner.withdrawn',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: "Restated data took a winner's evidence away.",
  check: all<WinnerWithdrawn>(
    ids('account_id', 'experiment_id', 'ad_id', 'policy_version'),
    family('family'),
    notNegative('e_value_announced', 'e_value', 'threshold'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
