import { topic } from '../../topology/topic.ts';
import type { ModelRetrainRequested } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, atMost, ids, optionalId, text, times } from '../rules/index.ts';

export const modelRetrainRequested = topic<ModelRetrainRequested>()({
  name: 'model.retrain.requested',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'A new model is wanted.',
  check: all<ModelRetrainRequested>(
    ids('account_id', 'request_id'),
    optionalId('policy_version'),
    text('why', 1, 10_000),
    times('from_ms', 'to_ms', 'at_ms'),
    atMost('from_ms', 'to_ms', 'the data begin before they end'),
  ),
});
