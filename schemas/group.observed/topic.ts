import { topic } from '../../topology/topic.ts';
import type { GroupObserved } from '../generated/types.ts';
import { all, counts, ids, text, times } from '../rules/index.ts';
import { days } from '../values.ts';

export const groupObserved = topic<GroupObserved>()({
  name: 'group.observed',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(400), compactBy: [] },
  description: 'How far behind a consumer group is, as the program sees it.',
  writtenBy: 'the program',
  check: all<GroupObserved>(
    ids('account_id', 'group'),
    text('state', 1, 64),
    counts('lag', 'limit'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
