import { topic } from '../../topology/topic.ts';
import type { PolicyProposed } from '../generated/types.ts';
import { all, ids, jsonObject, text, times } from '../rules/index.ts';

export const policyProposed = topic<PolicyProposed>()({
  name: 'policy.proposed',
  partitionKey: null,
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'Somebody would have a policy document come into force.',
  writtenBy: 'the operator',
  check: all<PolicyProposed>(
    ids('version', 'based_on'),
    jsonObject('document'),
    text('proposed_by', 1, 200),
    text('reason', 1, 1_000),
    times('proposed_ms'),
  ),
});
