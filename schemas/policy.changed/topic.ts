import { topic } from '../../topology/topic.ts';
import type { PolicyChanged } from '../generated/types.ts';
import { all, ids, jsonObject, text, times } from '../rules/index.ts';

export const policyChanged = topic<PolicyChanged>()({
  name: 'policy.changed',
  partitionKey: null,
  version: 2,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'A policy document came into force.',
  writtenBy: 'the operator',
  check: all<PolicyChanged>(
    ids('version'),
    jsonObject('document'),
    text('activated_by', 1, 200),
    text('reason', 1, 1_000),
    times('activated_ms'),
  ),
});
