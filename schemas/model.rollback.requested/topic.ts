import { topic } from '../../topology/topic.ts';
import type { ModelRollbackRequested } from '../generated/types.ts';
import { all, ids, optionalId, text, times } from '../rules/index.ts';

export const modelRollbackRequested = topic<ModelRollbackRequested>()({
  name: 'model.rollback.requested',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'Somebody wants an earlier model back.',
  writtenBy: 'the operator',
  check: all<ModelRollbackRequested>(
    ids('account_id', 'request_id'),
    optionalId('to_model_id'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
